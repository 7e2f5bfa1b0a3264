import { useId } from 'react';
import type { ExecutorChoice } from '../../lab/protocol.ts';
import { chooseExecutor } from '../actions.ts';
import { isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Heard } from './Heard.tsx';

const text = words.setup;

/** Where it is computed. Usable without a device too: it is the way to another one. `why`: says why it is this one. */
export function ExecutorSelect({ why = true }: { why?: boolean }) {
  const choice = usePage((state) => state.executorChoice);
  const executor = usePage((state) => state.executor);
  const busy = usePage(isBusy);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{text.executor}</label>
      <select
        id={id}
        value={choice}
        disabled={busy}
        onChange={(event) => chooseExecutor(event.target.value as ExecutorChoice)}
      >
        {(Object.keys(text.executors) as (keyof typeof text.executors)[]).map((each) => (
          <option key={each} value={each}>
            {text.executors[each]}
          </option>
        ))}
      </select>
      {why && executor && (
        <p className="hint">
          {executor.noGpu ? words.keeping.noGpu[executor.noGpu].instead : <Heard text={executor.why} />}
        </p>
      )}
    </div>
  );
}
