import { formatDate } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { experimentOf } from '../../experiments/index.ts';
import { specToHash } from '../../spec/hash.ts';
import { adapterName } from '../adapter.ts';
import { showLive } from '../shown/show.ts';
import type { ShownRace } from '../shown/source.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.shown;

/** Says what is on the chart where it is not the race that is trained here. */
export function Provenance() {
  const shown = usePage((state) => state.shown);
  const live = usePage((state) => state.race !== null);
  const changed = usePage(({ shown: of, draft }) => of !== null && specToHash(of.spec) !== specToHash(draft.spec));
  if (!shown) return null;
  const recorded = shown.source.kind === 'recorded';
  return (
    <section className="provenance" aria-label={text.label}>
      {recorded && <strong className="badge">{text.recorded}</strong>}
      <p>
        <Origin shown={shown} />
        {recorded && changed && ` ${text.otherSetup}`}
      </p>
      {!recorded && shown.source.kind !== 'watched' && (
        <button type="button" className="link" onClick={showLive}>
          {live ? text.back : text.close}
        </button>
      )}
    </section>
  );
}

function Origin({ shown }: { shown: ShownRace }) {
  const { source, executor, begun } = shown;
  const date = begun ? formatDate(begun) : '';
  switch (source.kind) {
    case 'recorded':
      return (
        <>
          {text.recordedOn(executor ? adapterName(executor) : '', date)} <code>{source.command}</code>
        </>
      );
    case 'kept':
      return text.kept(source.name, date);
    case 'cell':
      return `${text.cell(told(experimentOf(source.experiment).title))} ${shown.name}`;
    case 'watched':
      return text.watched;
  }
}
