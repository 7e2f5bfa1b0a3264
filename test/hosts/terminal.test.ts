import { describe, expect, it } from 'vitest';
import { terminalPlot } from '../../src/hosts/cli/plot.ts';
import { ProgressView } from '../../src/hosts/cli/progress.ts';
import {
  hasColour,
  hasUnicode,
  LiveRegion,
  styleFor,
  type Terminal,
  table,
  wrapped,
} from '../../src/hosts/cli/terminal.ts';
import { measuredCurves, raceReport } from './raceFixture.ts';

const records = measuredCurves();
const series = { ar: records.filter((r) => r.family === 'ar'), diffusion: records.filter((r) => r.family !== 'ar') };
const { live, strict } = raceReport().summary.crossings;
const plain = (_: unknown, text: string) => text;

/** A terminal that keeps what is on stderr as a screen would show it. */
function screen(options: { isTTY: boolean; env?: Terminal['env']; columns?: number }) {
  let text = '';
  const stderr = {
    ...options,
    rows: 40,
    columns: options.columns ?? 100,
    write: (chunk: string) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence that goes up and erases is what is tested
      for (const part of chunk.split(/(\x1b\[\d+A\x1b\[J)/)) {
        const lines = text.split('\n').slice(0, -1);
        if (!part.startsWith('\x1b')) text += part;
        else
          text = lines
            .slice(0, lines.length - Number.parseInt(part.slice(2), 10))
            .map((line) => `${line}\n`)
            .join('');
      }
    },
  };
  const env = options.env ?? { LANG: 'C.UTF-8', NO_COLOR: '1' };
  const terminal = { root: '', version: '', env, stdout: stderr, stderr, onInterrupt: () => () => {} };
  return { terminal, text: () => text };
}

describe('the plot', () => {
  it('is as wide and high as asked, with both names and both crossings', () => {
    const lines = terminalPlot(series, [live, strict], { width: 80, height: 14, style: plain, unicode: true });
    expect(lines).toHaveLength(14);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
    const text = lines.join('\n');
    for (const part of ['AR', 'diffusion', '◆', '◇', 'epoch 164', '2.5']) expect(text).toContain(part);
    expect(text).toMatch(/[\u2801-\u28ff]/);
  });

  it('is plain ASCII where the terminal is, each family with a sign of its own', () => {
    const lines = terminalPlot(series, [live, strict], { width: 70, height: 12, style: plain, unicode: false });
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
    for (const sign of ['*', 'o', 'X', '#']) expect(lines.join('')).toContain(sign);
  });

  it('goes where the losses go: the lowest point of AR stands in the lowest row that AR reaches', () => {
    const lines = terminalPlot(series, [], { width: 80, height: 14, style: plain, unicode: false }).slice(0, -2);
    const rows = lines.flatMap((line, i) => (line.includes('*') ? [{ i, from: line.indexOf('*') }] : []));
    const best = series.ar.reduce((a, b) => (b.value < a.value ? b : a));
    const column = 6 + Math.round((best.epoch / series.diffusion[series.diffusion.length - 1].epoch) * 62);
    expect(lines[rows[rows.length - 1].i].slice(column - 3, column + 4)).toContain('*');
  });

  it('bears values that are not finite, and a single point', () => {
    const odd = { ar: [{ epoch: 0, value: Number.NaN }], diffusion: [{ epoch: 0, value: 4 }] };
    expect(() => terminalPlot(odd, [], { width: 60, height: 10, style: plain, unicode: true })).not.toThrow();
  });
});

describe('colour and characters', () => {
  it('are used on a terminal only, and NO_COLOR is honoured', () => {
    const tty = { write: () => {}, isTTY: true };
    expect(hasColour(tty, {})).toBe(true);
    expect(hasColour(tty, { NO_COLOR: '1' })).toBe(false);
    expect(hasColour(tty, { TERM: 'dumb' })).toBe(false);
    expect(hasColour({ write: () => {} }, {})).toBe(false);
    expect(styleFor(tty, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect([hasUnicode({ LANG: 'en_US.UTF-8' }, 'linux'), hasUnicode({ LANG: 'C' }, 'linux')]).toEqual([true, false]);
  });

  it('tables are aligned', () => {
    expect(
      table([
        ['a', 'bb'],
        ['ccc', '1'],
      ]),
    ).toEqual(['a     bb', 'ccc    1']);
  });
});

describe('long lines', () => {
  const to = (columns: number) => ({ write: () => {}, isTTY: true, columns });

  it('are broken between words; what goes on stands below its label, or two spaces further in', () => {
    expect(wrapped(['label   one two three', '  a bb ccc dddd', 'short'], to(14))).toEqual([
      'label   one',
      '       two',
      '       three',
      '  a bb ccc',
      '    dddd',
      'short',
    ]);
    expect(wrapped(['label   one two three four'], to(20))).toEqual(['label   one two', '        three four']);
  });

  it('are measured as they are seen, and no wider than reads well', () => {
    const red = styleFor({ ...to(80) }, {})('red', 'red');
    expect(wrapped([`${red} ${red} ${red}`], to(11))).toEqual([`${red} ${red} ${red}`]);
    const [first] = wrapped(['word '.repeat(60)], to(300));
    expect(first.length).toBeLessThanOrEqual(100);
  });

  it('stay whole where there is no terminal, and where a word is too long', () => {
    const long = 'word '.repeat(60);
    expect(wrapped([long], { write: () => {} })).toEqual([long]);
    expect(wrapped(['npx a/very/long/path'], to(10))).toEqual(['npx', '  a/very/long/path']);
  });
});

describe('the live region', () => {
  it('is rewritten in place, and lines that stay go above it', () => {
    const { terminal, text } = screen({ isTTY: true });
    const region = new LiveRegion(terminal.stderr);
    region.draw(['one', 'two']);
    region.print('note');
    region.draw(['three']);
    expect(text()).toBe('note\nthree\n');
  });
});

describe('progress', () => {
  const progress = (ar: number, diffusion: number) =>
    ({ type: 'progress', steps: { ar, diffusion }, total: 800, stepsPerSecond: 3.14, etaSeconds: 108 }) as const;

  it('on a terminal is a plot and two lines in place, no wider than the terminal', () => {
    const { terminal, text } = screen({ isTTY: true, columns: 72 });
    let now = 0;
    const view = new ProgressView(terminal, () => now);
    view.hear({ type: 'records', records });
    for (const step of [100, 200, 300]) {
      now += 1000;
      view.hear(progress(step, step));
    }
    const lines = text().trimEnd().split('\n');
    expect(lines.at(-1)).toBe('step 300 of 800 · 3.1 steps/s · about 1:48 left');
    expect(lines.at(-2)).toMatch(/^AR \d\.\d{3} \(best 2\.511 @ 120\) · diffusion ≤ \d\.\d{3}/);
    expect(lines).toHaveLength(16);
    for (const line of lines) expect([...line].length).toBeLessThan(72);
  });

  it('elsewhere is a line every few seconds, without control characters', () => {
    const { terminal, text } = screen({ isTTY: false, env: {} });
    let now = 0;
    const view = new ProgressView(terminal, () => now);
    view.hear({ type: 'records', records });
    for (let i = 0; i < 100; i++) {
      now += 100;
      view.hear(progress(i, i));
    }
    expect(text().trimEnd().split('\n')).toHaveLength(2);
    expect(text()).not.toContain('\x1b');
    expect(text()).toContain('about 1:48 left');
  });

  it('tells each change of a crossing once, and what is odd about the data', () => {
    const { terminal, text } = screen({ isTTY: false, env: {} });
    const view = new ProgressView(terminal, () => 0);
    const { plan, spec, summary } = raceReport();
    view.hear({ type: 'plan', id: summary.id, spec, plan });
    for (const crossing of [live, live]) view.hear({ type: 'crossing', crossing, words: 'Diffusion passed AR' });
    expect(text().match(/Diffusion passed AR\./g)).toHaveLength(1);
    expect(text()).toContain('3 of 512 test windows nearly repeat a training window');
    expect(text()).toContain('3 characters of the test text are unknown to the training text and left out');
  });

  it('says that what is left is a bound where a family may stop by patience', () => {
    const { terminal, text } = screen({ isTTY: false, env: {} });
    const view = new ProgressView(terminal, () => 0);
    const { plan, spec, summary } = raceReport();
    view.hear({ type: 'plan', id: summary.id, spec: { ...spec, train: { ...spec.train, patience: 50 } }, plan });
    view.hear(progress(340, 340));
    expect(text()).toContain('at most 1:48 left');
  });

  it('says what memory the race takes, of what was planned', () => {
    const { terminal, text } = screen({ isTTY: false, env: {} });
    const view = new ProgressView(terminal, () => 0);
    const { plan, spec, summary } = raceReport();
    view.hear({ type: 'plan', id: summary.id, spec, plan: { ...plan, bytes: 4_000_000 } });
    view.hear({ type: 'deviceReport', memory: { used: 4_100_000 }, tuning: [] });
    expect(text()).toMatch(/^Device memory: 4\.1 MB in use of 4 MB planned$/m);
    view.hear({ type: 'deviceReport', memory: { used: 4_100_000, held: 5_000_000 }, tuning: [] });
    expect(text()).toMatch(/planned; WebAssembly holds 5 MB$/m);
  });

  it('says both steps where one family has ended before the other', () => {
    const { terminal, text } = screen({ isTTY: false, env: {} });
    const view = new ProgressView(terminal, () => 0);
    view.hear(progress(340, 500));
    expect(text()).toContain('step AR 340, diffusion 500 of 800');
  });
});
