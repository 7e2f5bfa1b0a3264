import { describe, expect, it } from 'vitest';
import { lossDomain, ticksOf } from '../../src/figure/scale.ts';
import { raceFile } from '../../src/hosts/cli/figure.ts';
import { figureData, reportHtml } from '../../src/hosts/cli/report.ts';
import { applySettings } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { evaluation, measuredCurves, raceReport } from './raceFixture.ts';

describe('the report', () => {
  const html = reportHtml(raceReport());

  it('is one page that loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)|src=/);
    // The namespace of SVG is a name, not an address that is fetched.
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
  });

  it('says the verdict, both crossings on every axis, the losses, the data and the settings', () => {
    const { live, strict } = raceReport().summary.crossings;
    expect(html).toContain(`Diffusion passed AR’s best (strict) at step ${strict.at?.step}`);
    expect(html).toContain(`Diffusion passed AR (live) at step ${live.at?.step}`);
    expect(html).toContain('diffusion, upper bound, 4 draws');
    expect(html).toContain('so where it lies below AR');
    expect(html).toContain('3 nearly repeat a training window');
    expect(html).toContain('“&#60;” × 2');
    expect(html).toContain('data.uniqueTokens');
    expect(html).toContain('AR stopped: no better validation loss for 250 steps.');
  });

  it('shows what was answered, where something was asked, and nothing of it elsewhere', () => {
    expect(html).not.toContain('The answers');
    const asked = { task: 'brackets', questions: 200, chance: 0.25 };
    const answers = measuredCurves().map((each) => ({
      ...each,
      split: 'questions' as const,
      metric: 'accuracy' as const,
      asked: { ...asked, scoring: each.family === 'ar' ? ('full-sequence' as const) : ('chain-rule' as const) },
      value: each.family === 'ar' ? 0.61 : Math.min(0.9, 0.2 + each.step / 400),
    }));
    const page = reportHtml(raceReport([...measuredCurves(), ...answers]));
    expect(page).toContain('The answers');
    expect(page).toContain(
      'aria-label="Accuracy of both models on brackets against epochs. At the end: AR 0.610, diffusion 0.900.',
    );
    expect(page).toContain('brackets: Diffusion passed AR in accuracy (live) at step 170');
    expect(page).toContain('full-sequence');
  });

  it('says how many parameters a token uses, where that is not all of them', () => {
    expect(html).toContain('the same 107,008 parameters,');
    const report = raceReport();
    Object.assign(report.plan, { parameters: 412_000, activeParameters: 250_000 });
    expect(reportHtml(report)).toContain('<dd>412,000, of which a token uses 250,000</dd>');
  });

  it('calls no loss a bound where diffusion is evaluated by the chain rule', () => {
    const spec = applySettings(DEFAULT_SPEC, ['diffusion.order=left-to-right']);
    const page = reportHtml({ ...raceReport(), spec });
    expect(page).toContain('diffusion, exact chain rule, 4 draws');
    expect(page).not.toContain('upper bound');
  });

  it('escapes every text that it did not write itself', () => {
    const report = raceReport();
    const evil = '</pre><script>alert("1")</script>&amp;';
    Object.assign(report.samples[1], { text: evil });
    Object.assign(report.events[0], { text: evil });
    report.plan.dataset.corpus.title = evil;
    report.plan.dataset.corpus.source = evil;
    report.summary.executor.adapter = evil;
    const page = reportHtml(report);
    expect(page).not.toContain('<script');
    expect(page.match(/&#60;\/pre&#62;&#60;script&#62;alert\(&#34;1&#34;\)&#60;\/script&#62;&#38;amp;/g)).toHaveLength(
      7,
    );
  });

  it('keeps the first line of a sample that begins with a line break', () => {
    expect(html).toContain('<pre>\n\nand the captain');
  });
});

describe('the figure', () => {
  const draw = (records = measuredCurves(), axis: 'epoch' | 'flops' = 'epoch') =>
    raceFile(figureData(raceReport(records), axis));

  /** The lines of AR and of diffusion. */
  const linesOf = (svg: string) => [...svg.matchAll(/<path [^>]*stroke-width="2"[^>]*>/g)].map(([path]) => path);

  it('tells the lines apart without colour, and names them and the crossings', () => {
    const svg = draw();
    const [ar, diffusion] = linesOf(svg);
    expect(ar).not.toContain('stroke-dasharray');
    expect(diffusion).toContain('stroke-dasharray');
    expect(svg).toContain('◆ live crossing, epoch');
    expect(svg).toContain('◇ strict crossing, epoch');
    for (const name of ['>AR<', '>exact<', '>diffusion<', '>upper bound, 4']) expect(svg).toContain(name);
    expect(svg).toMatch(/aria-label="[^"]*live crossing at epoch/);
  });

  it('joins raw evaluations by straight lines: as many corners as evaluations', () => {
    const [, d] = linesOf(draw())[0].match(/ d="([^"]*)"/)!;
    expect(d.match(/[ML]/g)).toHaveLength(measuredCurves().filter(({ family }) => family === 'ar').length);
    expect(d).not.toMatch(/[CSQTA]/);
  });

  it('has the same curves on every axis, and no crossing mark where there was none', () => {
    expect(draw(undefined, 'flops')).toContain('training FLOPs of each model');
    const none = [10, 20].flatMap((step) => [evaluation('ar', step, 2), evaluation('diffusion', step, 3)]);
    expect(draw(none)).not.toMatch(/◆|◇|stroke-width="1.5"/);
  });

  it('is of plain colours as a file, which any program can draw', () => {
    expect(draw()).not.toMatch(/var\(|<style/);
  });

  it('dots the best so far where the line is not itself the best, and on to the end of the budget', () => {
    const records = [3, 2.5, 2.8, 2.6].map((value, i) => evaluation('ar', 10 * i, value));
    const svg = draw([...records, evaluation('diffusion', 60, 2.9)]);
    const [, best] = svg.match(/<path d="([^"]*)" [^>]*stroke-dasharray="1.3 2.6"/)!;
    const heights = [...best.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => y);
    expect(best.match(/M/g)).toHaveLength(3);
    expect(new Set(heights).size).toBe(1);
  });

  it('leaves out evaluations that are not finite', () => {
    expect(draw([...measuredCurves(), evaluation('diffusion', 820, Number.NaN)])).not.toMatch(/NaN|Infinity/);
  });

  it('says where a line that leaves through the top ends', () => {
    expect(draw([...measuredCurves(), evaluation('ar', 360, 5.5)]).replace(/<[^>]*>/g, ' ')).toMatch(
      /ends at\s+5\.500/,
    );
  });
});

describe('scales', () => {
  it('have round ticks inside their domain', () => {
    expect(ticksOf([0, 164], 7)).toEqual([0, 50, 100, 150]);
    expect(ticksOf([2.3, 3.4], 6)).toEqual([2.4, 2.6, 2.8, 3, 3.2, 3.4]);
    expect(ticksOf([5, 5], 4)).toEqual([5]);
  });

  it('show one nat above the best loss, so that a high start does not flatten the crossing', () => {
    const [low, high] = lossDomain([9, 2.5, 2.4, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(low).toBeCloseTo(2.34);
    expect(high).toBeCloseTo(3.46);
  });
});
