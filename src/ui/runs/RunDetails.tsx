import type { ReactNode } from 'react';
import { describeCrossing } from '../../analysis/describe.ts';
import { formatBytes, formatLossWithError, formatMoment, formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { KeptRace } from '../../lab/protocol.ts';
import { fieldList, valueAt } from '../../spec/fields.ts';
import { DEFAULT_SPEC } from '../../spec/presets.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { adapterName } from '../adapter.ts';
import { addressOf } from '../link.ts';
import { CopyButton } from '../panels/CopyButton.tsx';
import { isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/runDetails.css';
import {
  exportZip,
  goOn,
  goOnSlower,
  isTraining,
  lookInto,
  obstacleToGoOn,
  openOnChart,
  pin,
  remove,
  takeSetup,
  unpin,
} from './actions.ts';
import { canGoOn, checkpointOf, shownName, valueWords } from './list.ts';

const text = words.runs.details;

/** All that can be done with a race, and all that is known of it without reading it. */
export function RunDetails({ race }: { race: KeptRace }) {
  return (
    <>
      <Actions race={race} />
      <Facts race={race} />
    </>
  );
}

function Actions({ race }: { race: KeptRace }) {
  const busy = usePage(isBusy);
  const training = usePage((state) => isTraining(state, race.id));
  const pinned = usePage(({ ghosts }) => ghosts.some(({ id }) => id === race.id));
  const exporting = usePage(({ runs }) => runs.exporting.includes(race.id));
  const checkpoint = checkpointOf(race);
  const own = race.spec.data.corpus === 'own';
  const obstacle = usePage(obstacleToGoOn);
  return (
    <>
      <div className="run-buttons">
        <button type="button" onClick={() => openOnChart(race)}>
          {text.show}
        </button>
        {canGoOn(race) && !training && (
          <button type="button" disabled={obstacle !== null} onClick={() => goOn(race)}>
            {text.goOn}
          </button>
        )}
        {race.state === 'diverged' && canGoOn(race) && (
          <button type="button" disabled={obstacle !== null} onClick={() => goOnSlower(race)}>
            {text.halve}
          </button>
        )}
        {checkpoint !== null && (
          <button type="button" disabled={busy} title={busy ? text.busy : undefined} onClick={() => lookInto(race)}>
            {text.inside}
          </button>
        )}
        <button type="button" aria-pressed={pinned} onClick={() => (pinned ? unpin(race) : pin(race))}>
          {pinned ? text.unpin : text.pin}
        </button>
        <button type="button" disabled={busy} onClick={() => takeSetup(race)}>
          {text.use}
        </button>
        <CopyButton content={() => addressOf(race.spec)} label={text.link} />
        <button type="button" disabled={exporting} onClick={() => exportZip(race)}>
          {exporting ? text.exporting : text.export}
        </button>
        <button
          type="button"
          disabled={exporting}
          title={text.exportSmallHint}
          onClick={() => exportZip(race, { withoutWeights: true })}
        >
          {text.exportSmall}
        </button>
        <button type="button" className="danger" disabled={training} onClick={() => remove(race)}>
          {text.remove}
        </button>
      </div>
      {canGoOn(race) && checkpoint !== null && <p className="hint">{text.goOnFrom(formatNumber(checkpoint, 9))}</p>}
      {own && <p className="hint">{text.linkOwn}</p>}
    </>
  );
}

function Facts({ race }: { race: KeptRace }) {
  const { begun, changed, executor, ownText, parent, summary, bytes } = race;
  const settings = settingsOf(race);
  return (
    <dl className="facts">
      <Fact label={text.begun}>{formatMoment(begun)}</Fact>
      <Fact label={text.changed}>{formatMoment(changed)}</Fact>
      <Fact label={text.checkpoint}>{checkpointWords(race)}</Fact>
      <Fact label={text.executor}>{adapterName(executor)}</Fact>
      <Fact label={text.bytes}>{formatBytes(bytes)}</Fact>
      {ownText !== undefined && <Fact label={text.ownText}>{shownName(ownText)}</Fact>}
      {parent && (
        <Fact label={text.parent}>{words.runs.row.branch(shownName(parent.name), formatNumber(parent.step, 9))}</Fact>
      )}
      {summary && (
        <>
          <Fact label={text.crossings} wide>
            {[summary.crossings.live, summary.crossings.strict].map((crossing) => (
              <p key={crossing.kind}>{told(`${describeCrossing(crossing)}.`)}</p>
            ))}
          </Fact>
          {FAMILIES.some((family) => summary.families[family].test) && (
            <Fact label={text.test}>
              {FAMILIES.map((family) => {
                const test = summary.families[family].test;
                return (
                  test && (
                    <p key={family} className={`name-${family}`}>
                      {words.families[family].name} {formatLossWithError(test.value, test.se)}
                    </p>
                  )
                );
              })}
            </Fact>
          )}
        </>
      )}
      <Fact label={text.settings} wide>
        {settings.length === 0
          ? text.noSettings
          : settings.map(({ label, value }) => (
              <p key={label}>
                {text.setting(label)} <b>{value}</b>
              </p>
            ))}
      </Fact>
    </dl>
  );
}

function Fact({ label, wide, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? 'is-wide' : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function checkpointWords(race: KeptRace): string {
  const of = FAMILIES.map((family) => race.checkpoints[family]).filter((step) => step !== undefined);
  if (of.length === 0) return text.noCheckpoint;
  const [ar, diffusion] = FAMILIES.map((family) => text.step(formatNumber(race.checkpoints[family] ?? 0, 9)));
  return text.checkpoints(ar, diffusion);
}

function settingsOf({ spec }: KeptRace): { label: string; value: string }[] {
  return fieldList().flatMap(({ path, label }) => {
    const value = valueAt(spec, path);
    return value === valueAt(DEFAULT_SPEC, path) ? [] : [{ label: told(label), value: valueWords(value) }];
  });
}
