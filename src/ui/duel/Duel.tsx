import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { formatLoss, formatNumber } from '../../analysis/format.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { follow, models } from '../inside/asking.ts';
import { Reply } from '../inside/Reply.tsx';
import { useInside } from '../inside/state.ts';
import { rightOf, wordsOf } from '../inside/tokens.ts';
import { words } from '../words.ts';
import { FilledText } from './FilledText.tsx';
import { Player, usePlayback } from './Player.tsx';
import { fill, fillWith, hideAtRandom, openExcerpt, showAll, toggle, useDuel } from './state.ts';
import '../style/duel.css';

const text = words.inside.duel;

/** Hide words of a text, and both models fill them. `detailed`: with what they expect at each step. */
export function Duel({ detailed = false }: { detailed?: boolean }) {
  const ready = useStore(models, ({ evaluated }) => evaluated !== null);
  const race = useStore(models, (state) => state.race);
  const opened = useDuel((state) => state.text !== null);
  const problem = useDuel((state) => state.problem);
  const [section, seen] = useSeen<HTMLElement>();
  const following = useInside((state) => state.following);
  // Beside the race it is about the models as they are now.
  const weights = useInside((state) => (detailed ? state.weights : 'last'));

  useEffect(() => fillWith(weights), [weights]);
  useEffect(() => {
    if (ready && !opened) void openExcerpt(0);
  }, [ready, opened]);
  // What was filled while nobody looked may be old.
  useEffect(() => {
    if (seen && opened) void fill();
  }, [seen, opened]);
  useEffect(() => (following && seen ? follow(fill) : undefined), [following, seen]);

  return (
    <section ref={section} className="duel" aria-labelledby="duel-title" data-learn="duel">
      <h2 id="duel-title">{text.title}</h2>
      <p className="about">{race === null ? text.waiting : text.what}</p>
      {race !== null && !opened && !problem && <p className="hint">{text.soon}</p>}
      {opened && <Hiding />}
      {problem && (
        <p className="hint" role="status">
          {words.inside.refused(problem.message)}
        </p>
      )}
      {opened && !problem && <Filling detailed={detailed} />}
    </section>
  );
}

/** An element, and whether it can be seen: nothing is asked for what nobody sees. */
function useSeen<E extends Element>(): [(element: E | null) => void, boolean] {
  const [seen, setSeen] = useState(false);
  const [element, setElement] = useState<E | null>(null);
  useEffect(() => {
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry.isIntersecting));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, seen];
}

/** The text as words that can be hidden. */
function Hiding() {
  const whole = useDuel((state) => state.text)!;
  const hidden = useDuel((state) => state.hidden);
  const excerpt = useDuel((state) => state.excerpt);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: words in a line of text are no form */}
      <div className="duel-words" role="group" aria-label={text.words}>
        {wordsOf(whole).map((part, index) =>
          part.isWord ? (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: a word has no identity but its place
              key={index}
              type="button"
              className="duel-word"
              aria-pressed={hidden.has(index)}
              onClick={() => toggle(index)}
            >
              {part.text}
            </button>
          ) : (
            ' '
          ),
        )}
      </div>
      <div className="duel-actions">
        <button type="button" onClick={hideAtRandom}>
          {text.random}
        </button>
        <button type="button" onClick={showAll} disabled={hidden.size === 0}>
          {text.clear}
        </button>
        <button type="button" onClick={() => void openExcerpt(excerpt + 1)}>
          {text.excerpt}
        </button>
      </div>
    </>
  );
}

function Filling({ detailed }: { detailed: boolean }) {
  const answer = useDuel((state) => state.answer);
  const nothing = useDuel((state) => state.hidden.size === 0);
  const steps = answer?.holes.length ?? 0;
  const playback = usePlayback(steps);
  if (!answer)
    return (
      <p className="hint" role="status">
        {nothing ? text.nothing : text.filling}
      </p>
    );
  return (
    <>
      <div className="duel-verdict">
        <p aria-live="polite">{verdict()}</p>
        <Player playback={playback} steps={steps} />
      </div>
      <div className="both">
        {FAMILIES.map((family) => (
          <Reply
            key={family}
            family={family}
            about={text.sees(family, formatNumber(answer.families[family]?.step ?? 0, 9))}
            reply={answer.families[family]}
          >
            {(filling) => (
              <>
                <FilledText answer={answer} family={family} step={playback.step} detailed={detailed} />
                <p>
                  {text.score(rightOf(answer, family), steps, answer.read.words)}; {truthOf(filling)}
                </p>
                {filling.toTheEnd && <p className="hint">{hindsight(filling.toTheEnd)}</p>}
              </>
            )}
          </Reply>
        ))}
      </div>
      <p className="hint">{detailed ? text.key : text.keyShort}</p>
    </>
  );

  function truthOf({ truth }: { truth: readonly { nll: number }[] }): string {
    const mean = truth.reduce((sum, { nll }) => sum + nll, 0) / truth.length;
    return text.truth(formatLoss(mean), answer!.read.words);
  }

  function verdict(): string | null {
    const [ar, diffusion] = FAMILIES.map((family) => answer!.families[family]);
    if (!ar || !diffusion || !('reply' in ar) || !('reply' in diffusion)) return null;
    const [first, second] = FAMILIES.map((family) => rightOf(answer!, family));
    if (first === second) return text.level(first, steps);
    const winner = first > second ? 'ar' : 'diffusion';
    return text.nearer(words.families[winner].name, Math.max(first, second), Math.min(first, second));
  }
}

/** What AR makes of the whole when it reads on behind the gap, of which its filling knew nothing. */
function hindsight({ truth, own }: { truth: number; own: number }): string {
  const gain = own - truth;
  if (Math.abs(gain) < 5e-4) return text.kept;
  return `${text.kept} ${gain > 0 ? text.regret(formatLoss(gain)) : text.content(formatLoss(-gain))}`;
}
