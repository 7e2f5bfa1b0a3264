import { words } from '../words.ts';
import { endTeaching, openStep } from './address.ts';
import { useLearn } from './state.ts';

/** While teaching, in the header: the cards, and the way out. */
export function TeachingBar() {
  const teaching = useLearn((state) => state.teaching);
  const open = useLearn((state) => state.step !== null);
  const text = words.learn.teach;
  if (!teaching) return null;
  return (
    <p className="teaching-bar">
      <span className="badge">{text.mode}</span>
      {!open && (
        <button type="button" className="link" onClick={() => openStep(1)}>
          {text.open}
        </button>
      )}
      <button type="button" className="link" onClick={endTeaching}>
        {text.leave}
      </button>
    </p>
  );
}
