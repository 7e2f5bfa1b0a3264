/** The look of report.html: an article of one column, light or dark as the reader prefers, plain on paper. */
export const REPORT_STYLE = `
:root { --ink: #1c2733; --soft: #5b6875; --rule: #dfe4ea; --paper: #ffffff; --tint: #f5f7f9; --ar: #1f5fbf; --diffusion: #c43b1d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #9aa7b4; --rule: #2c3640; --paper: #12171d; --tint: #1a2129; --ar: #6ea8ff; --diffusion: #ff8a66; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 ui-serif, Georgia, serif; }
main { max-width: 800px; margin: 0 auto; padding: 48px 20px 64px; }
.kicker, figcaption, .note, table, dl, details, footer, h3 { font-family: system-ui, sans-serif; }
.kicker { color: var(--soft); font-size: 14px; margin: 0; }
h1 { font-size: 34px; line-height: 1.2; letter-spacing: -0.01em; margin: 8px 0 20px; text-wrap: balance; }
h2 { font-size: 22px; line-height: 1.3; margin: 44px 0 8px; }
h3 { font-size: 15px; margin: 24px 0 4px; }
h3.ar { color: var(--ar); } h3.diffusion { color: var(--diffusion); }
.verdict { font-size: 21px; line-height: 1.45; margin: 0 0 8px; text-wrap: pretty; }
.verdict.second { font-size: 17px; color: var(--soft); }
figure { margin: 28px 0; }
figcaption, .note { font-size: 14px; line-height: 1.5; color: var(--soft); margin-top: 8px; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 20px; }
.panels figure { margin: 0; }
.figure { display: block; max-width: 100%; height: auto; }
.scroll { overflow-x: auto; } figure .scroll .figure { min-width: 620px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 7px 8px; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 140px; }
thead th { color: var(--soft); font-weight: 500; } tbody th { font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(120px, 200px) 1fr; gap: 6px 20px; font-size: 14px; line-height: 1.5; margin: 12px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { font-size: 14px; margin: 16px 0; } summary { cursor: pointer; color: var(--soft); padding: 10px 0; }
.sample { margin: 8px 0 16px; } .sample figcaption { font-size: 13px; margin: 0 0 4px; }
pre { margin: 0; padding: 14px 16px; background: var(--tint); border-left: 3px solid var(--rule); font: 14px/1.6 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.sample.ar pre { border-color: var(--ar); } .sample.diffusion pre { border-color: var(--diffusion); border-left-style: dashed; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--rule); font-size: 13px; color: var(--soft); }
@media (max-width: 560px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 10px; } h1 { font-size: 27px; } }
@media print { :root { --ink: #000; --soft: #444; --rule: #ccc; --paper: #fff; --tint: #f6f6f6; --ar: #1f5fbf; --diffusion: #c43b1d; } main { max-width: none; padding: 0; } figure, tr, .sample { break-inside: avoid; } h2 { break-after: avoid; } }
`.trim();
