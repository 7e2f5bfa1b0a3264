import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricRecord, SCORINGS } from '../../src/analysis/record.ts';
import { crc32 } from '../../src/core/crc32.ts';
import type { LabEvent, SampleRecord } from '../../src/lab/protocol.ts';
import { decodeLines, encodeLines, eventSchema, recordSchema, sampleSchema } from '../../src/lab/runFiles/lines.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { eventsOfRace } from '../support/race.ts';
import { tinySpec } from '../support/tiny.ts';

const amount = fc.double({ min: 0, max: 1e15, noNaN: true });
const count = fc.nat();
const absentOr = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const exact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

const anyRecord = fc
  .record({
    step: count,
    tokens: count,
    epoch: amount,
    flops: amount,
    seconds: amount,
    family: fc.constantFrom(...FAMILIES),
    split: fc.constantFrom('train', 'validation', 'test', 'questions', 'samples'),
    metric: fc.constantFrom(...METRICS),
    asked: absentOr(
      fc.record({
        task: fc.string(),
        scoring: fc.constantFrom(...SCORINGS),
        questions: count,
        chance: amount,
      }),
    ),
    // Every double there is: -0, NaN and infinities among them.
    value: fc.double(),
    bound: fc.constantFrom('exact', 'upper'),
    se: fc.option(fc.double()),
    windows: absentOr(fc.array(fc.double())),
  })
  .map((record) => exact(record) as MetricRecord);

const anySample: fc.Arbitrary<SampleRecord> = fc.record({
  family: fc.constantFrom(...FAMILIES),
  step: count,
  text: fc.string({ unit: 'binary' }),
  forwards: count,
  entropy: fc.double(),
  order: fc.array(count),
  confidence: fc.array(fc.double()),
});

describe('the lines of a run', () => {
  it('give back every record bit for bit', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), (records) => {
        expect(decodeLines(encodeLines(records), recordSchema, 'metrics.jsonl')).toEqual(records);
      }),
    );
  });

  it('give back every text that was written, the word NaN among them', () => {
    const odd: SampleRecord = {
      family: 'ar',
      step: 1,
      text: 'NaN',
      forwards: 1,
      entropy: Number.NaN,
      order: [0],
      confidence: [-0],
    };
    fc.assert(
      fc.property(fc.array(anySample), (samples) => {
        const all = [...samples, odd];
        expect(decodeLines(encodeLines(all), sampleSchema, 'samples.jsonl')).toEqual(all);
      }),
    );
  });

  it('hold everything that a real race tells', async () => {
    const spec = tinySpec({ evaluation: { questions: 4 }, sampling: { every: 20 } });
    const events: LabEvent[] = await eventsOfRace(spec);
    const records = events.flatMap((event) => (event.type === 'records' ? event.records : []));
    const samples = events.flatMap((event) => (event.type === 'sample' ? [event.sample] : []));
    expect(new Set(records.map(({ split }) => split))).toEqual(new Set(['train', 'validation', 'questions', 'test']));
    expect(decodeLines(encodeLines(records), recordSchema, 'metrics.jsonl')).toEqual(records);
    expect(samples.length).toBeGreaterThan(0);
    expect(decodeLines(encodeLines(samples), sampleSchema, 'samples.jsonl')).toEqual(samples);
  });

  it('are read up to the last whole one: a kill can cut it off', () => {
    const note = { step: 3, text: 'it goes on' };
    expect(decodeLines(`${encodeLines([note])}{"step":4,"te`, eventSchema, 'events.jsonl')).toEqual([note]);
  });

  it.each([
    ['{"step":1,"text":"a"}\n{"step":2,"tex\n', 'events.jsonl: line 2 is not JSON; found "{\\"step\\":2,\\"tex"'],
    ['{"step":-1,"text":"a"}\n', /^events\.jsonl: line 1 is not as Crossover writes it: step: /],
    ['{"step":1,"text":"a"}\n{"step":1}\n', /^events\.jsonl: line 2 is not as Crossover writes it: text: /],
    ['{"step":1,"text":"a","html":"<b>"}\n', /line 1 .*"html"/],
    ['[]\n', /line 1/],
    ['null\n', /line 1/],
  ])('are refused by file and line: %j', (text, message) => {
    expect(() => decodeLines(text, eventSchema, 'events.jsonl')).toThrow(message);
  });

  it('hold numbers where there must be numbers', () => {
    const record = { step: 1, tokens: 2, epoch: 1, flops: 1, seconds: 1, family: 'ar' };
    const line = (value: string) =>
      `${JSON.stringify({ ...record, split: 'train', metric: 'loss', bound: 'exact', se: null }).slice(0, -1)},"value":${value}}\n`;
    expect(decodeLines(line('"-Infinity"'), recordSchema, 'm')[0].value).toBe(Number.NEGATIVE_INFINITY);
    for (const wrong of ['"1"', '"nan"', 'null', '1e999', '[]', '{}'])
      expect(() => decodeLines(line(wrong), recordSchema, 'm')).toThrow(
        /m: line 1 .*value: must be a number or one of/,
      );
  });
});

describe('the checksum of a .zip', () => {
  it('is that of the standard’s own check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});
