import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { mainAnswers } from '../chart/small.ts';
import type { EvaluationRow, RaceLog } from '../race.ts';
import { words } from '../words.ts';
import { Table } from './Table.tsx';

/** A measure of a family by step: the last one that was taken by then. */
interface Measure {
  family: FamilyId;
  title: string;
  at: (step: number) => number | undefined;
}

/** The small charts as a table: what was measured at each evaluation, or last before it. */
export function Measures({ log, rows }: { log: RaceLog; rows: readonly EvaluationRow[] }) {
  const measures = measuresOf(log);
  if (measures.length === 0) return null;
  return (
    <Table
      label={words.small.label}
      caption
      columns={[
        words.evaluations.step,
        ...measures.map(({ family, title }) => (
          <span key={`${family} ${title}`} className={`name-${family}`}>
            {title}
          </span>
        )),
      ]}
      tall
    >
      <tbody>
        {rows.map(({ step }) => (
          <tr key={step}>
            <th scope="row">{formatNumber(step, 9)}</th>
            {measures.map(({ family, title, at }) => {
              const value = at(step);
              return <td key={`${family} ${title}`}>{value === undefined ? '–' : formatNumber(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function measuresOf(log: RaceLog): Measure[] {
  const { accuracy, deltaNll } = mainAnswers(log);
  const answered = (title: string, records: readonly MetricRecord[]) =>
    FAMILIES.flatMap((family) => {
      const own = records.filter((record) => record.family === family);
      const at = (step: number) => own.findLast((record) => record.step <= step)?.value;
      return own.length > 0 ? [{ family, title, at }] : [];
    });
  const trained = (title: string, metric: 'loss' | 'gradNorm') =>
    FAMILIES.flatMap((family) => {
      const track = log.track(family, 'train', metric);
      if (!track) return [];
      const at = (step: number) => {
        const steps = track.axes.step.values();
        const index = steps.findLastIndex((each) => each <= step);
        return index < 0 ? undefined : track.value.at(index);
      };
      return [{ family, title, at }];
    });
  const { titles } = words.small;
  const all = [
    ...answered(titles.accuracy, accuracy),
    ...answered(titles.deltaNll, deltaNll),
    ...trained(titles.train, 'loss'),
    ...trained(titles.gradNorm, 'gradNorm'),
  ];
  return all.map((measure) => ({
    ...measure,
    title: told('{0}: {1}', words.families[measure.family].name, measure.title),
  }));
}
