import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { Offer } from '../../lab/protocol.ts';
import { fieldList, valueAt } from '../../spec/fields.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { replaceWorker } from '../actions.ts';
import { goOn } from '../figure/actions.ts';
import { wasCutOff } from '../figure/state.ts';
import { computeOnCpu, take, undo } from '../keeping/actions.ts';
import { differences } from '../shown/difference.ts';
import { type LabError, usePage } from '../store.ts';
import { words } from '../words.ts';

/** What one click can do about an error: the first button is the way that loses least. */
export function Offers({ error }: { error: LabError }) {
  const dead = usePage((state) => state.keeping.dead);
  const draft = usePage((state) => state.draft.spec);
  const good = usePage((state) => state.keeping.good);
  const cutOff = usePage(({ figure }) => wasCutOff(figure));
  const text = words.keeping.offers;

  const buttons: [label: string, act: () => void][] = [];
  if (dead) buttons.push([dead.race === null ? text.restart : text.restartAndGoOn, replaceWorker]);
  else if (cutOff && error.code === 'device-lost') buttons.push([text.reconnect, goOn]);
  if (error.noGpu) buttons.push([text.cpu, computeOnCpu]);
  for (const offer of error.offers ?? []) buttons.push([labelOf(offer, error, draft), () => take(offer)]);
  if (error.code === 'diverged' && good) {
    const changed = differences(good, draft);
    const label = changed.length === 1 ? text.undo(changed[0]) : text.undoAll;
    if (changed.length > 0) buttons.push([label, () => undo(good)]);
  }
  return buttons.map(([label, act], index) => (
    <button key={label} type="button" className={index === 0 ? 'primary' : undefined} onClick={act}>
      {label}
    </button>
  ));
}

function labelOf(offer: Offer, error: LabError, draft: RaceSpec): string {
  const text = words.keeping.offers;
  switch (offer.type) {
    case 'continue':
      return error.code === 'device-lost' ? text.reconnect : text.goOn(formatNumber(offer.step, 9));
    case 'branch':
      return text.back(formatNumber(offer.step, 9));
    case 'start':
      return text.again;
    case 'use':
      return text.use(sizesOf(offer.spec, draft));
  }
}

/** What is smaller in a setup that fits: `96 channels`. */
function sizesOf(spec: RaceSpec, draft: RaceSpec): string[] {
  const { sizes } = words.keeping.offers;
  return fieldList().flatMap(({ path, label }) => {
    const value = valueAt(spec, path);
    if (value === valueAt(draft, path)) return [];
    const shown = typeof value === 'number' ? formatNumber(value, 9) : String(value);
    return [sizes[path]?.(shown) ?? `${told(label)} ${shown}`];
  });
}
