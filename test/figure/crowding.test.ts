import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ENGLISH, type Language, speakIn } from '../../src/analysis/language.ts';
import { type Evidence, resultsOf } from '../../src/experiments/evidence.ts';
import { fitsOf } from '../../src/experiments/fits.ts';
import { cellsOf } from '../../src/experiments/index.ts';
import { groupsOf } from '../../src/figure/beside.ts';
import { bestsPlate, gapPanel, settingsOf } from '../../src/figure/gap.ts';
import { gridOf } from '../../src/figure/grid.ts';
import { type Box, freest, overlap } from '../../src/figure/labels.ts';
import { svgFile } from '../../src/figure/markup.ts';
import { PRINT } from '../../src/figure/palette.ts';
import { drawPanel } from '../../src/figure/panel.ts';
import { figureSheet, platesSheet } from '../../src/figure/sheet.ts';
import { textWidth } from '../../src/figure/text.ts';
import { REMEDIES } from '../../src/ui/gap/answers.ts';
import { speech } from '../../src/ui/words/fr/speech.ts';

const FOLDER = new URL('../../public/evidence/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name !== 'index.json');
const LANGUAGES: [string, Language][] = [
  ['English', ENGLISH],
  ['French', speech.language],
];
/** A card of a phone, of two beside each other on a small screen, and on a large one. */
const WIDTHS = [290, 358, 466];
/** A figure's panels are no narrower. */
const PANEL_WIDTHS = [300, 358, 466];

interface Words extends Box {
  words: string;
}

/** Where every text of a drawing stands, as wide as in a wide sans serif. */
function wordsIn(svg: string): Words[] {
  const found: Words[] = [];
  const moves: string[] = [];
  for (const [, close, tag, attributes, empty, content] of svg.matchAll(/<(\/?)(\w+)([^>]*?)(\/?)>([^<]*)/g)) {
    if (tag === 'g' && close) moves.pop();
    else if (tag === 'g' && !empty) moves.push(attribute(attributes, 'transform') ?? '');
    else if (tag === 'text' && !close) found.push(placed(attributes, content, moves));
  }
  return found;
}

const attribute = (attributes: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];

function placed(attributes: string, content: string, moves: readonly string[]): Words {
  const words = content.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const size = Number(attribute(attributes, 'font-size'));
  const width = textWidth(words, size);
  const own = attribute(attributes, 'transform') ?? '';
  const [dx, dy] = [...moves, own].reduce(
    ([x, y], move) => {
      const [, mx, my] = /translate\((-?[\d.]+) (-?[\d.]+)\)/.exec(move) ?? ['', '0', '0'];
      return [x + Number(mx), y + Number(my)];
    },
    [0, 0],
  );
  const x = dx + Number(attribute(attributes, 'x') ?? 0);
  const y = dy + Number(attribute(attributes, 'y') ?? 0);
  const [up, down] = [0.74 * size, 0.16 * size];
  const share = { start: 0, middle: 0.5, end: 1 }[attribute(attributes, 'text-anchor') ?? 'start']!;
  return own.includes('rotate(-90)')
    ? { words, x: x - up, y: y - width * share, width: up + down, height: width }
    : { words, x: x - width * share, y: y - up, width, height: up + down };
}

/** What runs into each other, leaves the sheet at a side, or was cut off. */
function faultsOf(svg: string): string[] {
  const all = wordsIn(svg);
  const [, sheet] = /<svg[^>]* width="([\d.]+)"/.exec(svg)!;
  expect(all.length).toBeGreaterThan(3);
  return [
    ...all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => (overlap(a, b) > 1 ? [`${a.words} × ${b.words}`] : []))),
    ...all.flatMap(({ words, x, width }) => (x < -1 || x + width > Number(sheet) + 1 ? [`beyond: ${words}`] : [])),
    ...all.flatMap(({ words }) => (words.endsWith('…') ? [`cut off: ${words}`] : [])),
  ];
}

afterEach(() => speakIn(ENGLISH));

describe.each(FILES)('the figures of %s', (file) => {
  const evidence = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Evidence;
  const { experiment, scale, seeds, settings, verdict } = evidence;
  const cells = cellsOf(experiment, scale, { seeds, settings });
  const results = resultsOf(evidence);
  const fits = fitsOf(results);

  it.each(LANGUAGES)('have no words that run into others or are cut off, in %s', (_, language) => {
    speakIn(language);
    const grid = gridOf(experiment, cells, results, 'epoch', verdict.crossings);
    expect(faultsOf(figureSheet(grid, verdict))).toEqual([]);
    for (const panel of grid.panels.flat()) {
      for (const width of PANEL_WIDTHS) {
        const options = { width, height: 240, axis: 'epoch', palette: PRINT, id: 'p', titled: true } as const;
        const faults = faultsOf(svgFile(options, PRINT.paper, {}, [drawPanel(panel, options)]));
        // On the narrowest, the name of a line may be cut: it is in the figure's table.
        const wrong = faults.filter((fault) => width > 300 || !fault.startsWith('cut off'));
        expect(wrong, `${panel.row}, ${panel.metric}, ${width}`).toEqual([]);
      }
    }
    for (const group of groupsOf(results, fits)) expect(faultsOf(platesSheet(group, verdict)), group.id).toEqual([]);
    for (const metric of ['loss', 'accuracy'] as const) {
      const found = settingsOf(cells, results, metric);
      if (!REMEDIES.some((id) => id === experiment.id) || found.length === 0) continue;
      const plate = bestsPlate('bests', found, metric);
      for (const width of WIDTHS) {
        const size = { width, height: plate.height(width) };
        const bests = svgFile(size, PRINT.paper, {}, [plate.draw(size, PRINT, 'bests')]);
        expect(faultsOf(bests), `${metric}, ${width}`).toEqual([]);
        const options = { ...size, height: 260, axis: 'epoch', palette: PRINT, id: 'c', titled: true } as const;
        const curves = svgFile(options, PRINT.paper, {}, [drawPanel(gapPanel(cells, results, metric), options)]);
        expect(faultsOf(curves), `curves of ${metric}, ${width}`).toEqual([]);
      }
    }
  });
});

describe('a label with several places', () => {
  const box = (x: number): Box => ({ x, y: 0, width: 10, height: 10 });

  it('takes the first that is free, or else the freest', () => {
    expect(freest([box(0), box(20), box(40)], [box(5)])).toEqual(box(20));
    expect(freest([box(0), box(8)], [box(2)])).toEqual(box(8));
    expect(freest([box(0), box(20)], [])).toEqual(box(0));
  });
});
