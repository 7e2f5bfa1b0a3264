import { type TaskLine, taskResults } from '../../analysis/accuracy.ts';
import { describeCrossing } from '../../analysis/describe.ts';
import { formatFixed, formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Table } from './Table.tsx';

const text = words.answers;

/** What both models answered to the questions of the task, where there are any. */
export function Answers() {
  usePage((state) => state.version);
  const shown = useOnChart();
  if (!shown || shown.spec.evaluation.questions === 0) return null;
  const over = shown.lab === 'finished';
  const results = taskResults(shownLog().accuracies);
  return (
    <details className="fold" open>
      <summary>{text.title}</summary>
      {results.length === 0 && <p className="hint">{text.none}</p>}
      {results.map(({ task, ways, lines }) => (
        <div key={task}>
          <Table label={text.caption(told(task))} columns={text.columns} caption>
            <tbody>
              {lines.map((line) => (
                <Line key={`${line.family} ${line.asked.scoring} ${line.asked.category}`} {...line} />
              ))}
            </tbody>
          </Table>
          {ways.flatMap(({ way, live, strict }) =>
            [live, strict].map((crossing) => (
              <p className="hint" key={`${way} ${crossing.kind}`}>
                {told(`${describeCrossing(crossing, over ? 'within the budget' : 'so far')}.`)}
              </p>
            )),
          )}
        </div>
      ))}
    </details>
  );
}

function Line({ family, asked, best, last }: TaskLine) {
  return (
    <tr>
      <th scope="row" className={`name-${family}`}>
        {[words.families[family].name, asked.category, asked.scoring]
          .flatMap((part) => (part ? [told(part)] : []))
          .join(', ')}
      </th>
      <td>{accuracy(last)}</td>
      <td>{accuracy(best)}</td>
      <td>{formatNumber(best.step, 9)}</td>
      <td>{asked.chance < 5e-4 ? text.almostNever : formatFixed(asked.chance, 3)}</td>
    </tr>
  );
}

function accuracy({ value, se }: MetricRecord): string {
  return se === null ? formatFixed(value, 3) : `${formatFixed(value, 3)} ± ${formatFixed(se, 3)}`;
}
