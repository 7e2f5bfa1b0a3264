import { useEffect } from 'react';
import { useStore } from 'zustand';
import { formatNumber } from '../../analysis/format.ts';
import type { Weights } from '../../lab/protocol.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { pauseOrResume } from '../actions.ts';
import { Duel } from '../duel/Duel.tsx';
import { showView } from '../figure/actions.ts';
import { ErrorCard } from '../panels/ErrorCard.tsx';
import { Choices } from '../panels/Field.tsx';
import { Notices } from '../panels/Header.tsx';
import { Icon } from '../panels/Icons.tsx';
import { shownName } from '../runs/list.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Attention } from './Attention.tsx';
import { follow, models } from './asking.ts';
import { Likeness } from './Likeness.tsx';
import { Reading } from './Reading.tsx';
import { Surprise } from './Surprise.tsx';
import { chooseWeights, getInside, look, readExcerpt, setFollowing, useInside } from './state.ts';
import '../style/inside.css';

const text = words.inside;
const WEIGHTS: readonly Weights[] = ['last', 'best'];

/** Both models on one text: what surprises them, where they look, how they fill gaps, what is alike to them. */
export default function InsideView() {
  const race = useStore(models, (state) => state.race);
  const following = useInside((state) => state.following);
  const problem = useInside((state) => state.problems.excerpt);
  const ready = useInside((state) => state.text !== null);

  // Opened for the first time, or another race has begun: its models are asked for a text of theirs.
  useEffect(() => {
    if (race !== null && getInside().text === null) void readExcerpt(0);
  }, [race]);
  useEffect(() => (following ? follow(look) : undefined), [following]);

  return (
    <main className="inside">
      <Notices />
      <ErrorCard />
      {race === null || problem ? (
        <Nothing why={problem?.message} again={race !== null} />
      ) : ready ? (
        <Models />
      ) : (
        <p className="waiting" role="status">
          {text.empty.preparing}
        </p>
      )}
    </main>
  );
}

function Models() {
  const read = useInside((state) => state.score?.read);
  return (
    <>
      <div className="inside-top">
        <h2>{text.title}</h2>
        <p className="lead">{text.lead(read?.words === true)}</p>
        <Now />
        <Reading />
      </div>
      <Surprise />
      <Attention />
      <Duel detailed />
      <Likeness />
    </>
  );
}

/** As of when the models are looked at. */
function Now() {
  const score = useInside((state) => state.score);
  const asked = useInside((state) => state.subject?.weights ?? 'last');
  const following = useInside((state) => state.following);
  const looking = useInside((state) => state.looking);
  const lab = usePage((state) => state.lab);
  // Where they are those of a kept race, nothing about them changes.
  const kept = useStore(models, ({ race }) => race);
  const name = usePage(({ runs }) => runs.races?.find(({ id }) => id === kept)?.name);
  const steps = FAMILIES.map((family) => formatNumber(score?.families[family]?.step ?? 0, 9));
  const { at, atEach } = text.now.as[asked];
  return (
    <div className="inside-now">
      <p>
        {name !== undefined && `${text.now.kept(shownName(name))}, `}
        {steps[0] === steps[1] ? at(steps[0]) : atEach(steps[0], steps[1])}
      </p>
      {(lab === 'running' || lab === 'paused') && (
        <button type="button" onClick={pauseOrResume}>
          <Icon name={lab === 'running' ? 'pause' : 'play'} />
          {lab === 'running' ? text.now.pause : text.now.resume}
        </button>
      )}
      <button type="button" onClick={() => void look()} disabled={looking}>
        {looking ? text.now.looking : text.now.again}
      </button>
      <WeightsChoice />
      {name === undefined && (
        <label className="check">
          <input type="checkbox" checked={following} onChange={(event) => setFollowing(event.target.checked)} />
          {text.now.follow}
        </label>
      )}
    </div>
  );
}

function WeightsChoice() {
  const chosen = useInside((state) => state.weights);
  const { label, names, hints } = text.weights;
  return (
    <Choices
      label={label}
      options={WEIGHTS.map((each) => [each, names[each], hints[each]])}
      value={chosen}
      onChange={chooseWeights}
      joined
      quietLabel
    />
  );
}

function Nothing({ why, again }: { why: string | undefined; again: boolean }) {
  return (
    <section className="inside-nothing" aria-labelledby="inside-nothing">
      <h2 id="inside-nothing">{text.empty.title}</h2>
      <p className="lead">{why ?? text.empty.what}</p>
      <div className="actions">
        {again ? (
          <button type="button" className="primary" onClick={() => void readExcerpt(0)}>
            {text.now.again}
          </button>
        ) : (
          <button type="button" className="primary" onClick={() => showView('race')}>
            {text.empty.train}
          </button>
        )}
        <button type="button" onClick={() => showView('runs')}>
          {text.empty.runs}
        </button>
      </div>
      <p className="hint">{text.empty.kept}</p>
    </section>
  );
}
