import { type ReactNode, useEffect, useState } from 'react';
import { version } from '../../../package.json';
import { formatBytes, formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { ExecutorInfo } from '../../lab/protocol.ts';
import { askDevice } from '../actions.ts';
import { adapterName } from '../adapter.ts';
import { browserFacts } from '../browser.ts';
import { CopyButton } from '../panels/CopyButton.tsx';
import { ExecutorSelect } from '../panels/ExecutorSelect.tsx';
import { Heard } from '../panels/Heard.tsx';
import { getPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Kernels } from './Kernels.tsx';
import { Profile } from './Profile.tsx';
import { diagnosticsText } from './report.ts';

const text = words.device;
/** How old the figures may be. */
const ASK_EVERY_MS = 1000;

/** What computes, what it holds, and where the time of a step goes. */
export function Device() {
  const executor = usePage((state) => state.executor);
  const failed = usePage((state) => state.error !== null);
  const lab = usePage((state) => state.lab);
  const race = usePage((state) => state.race?.id);
  const profile = usePage((state) => state.device.profile);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these says that what the device holds has changed
  useEffect(() => {
    if (executor) askDevice();
  }, [executor, lab, race, profile]);

  // What a question takes up comes and goes between these.
  useEffect(() => {
    const timer = setInterval(() => {
      if (executor && !document.hidden) askDevice();
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [executor]);

  return (
    <div className="device">
      <section aria-labelledby="device-title">
        <h2 id="device-title" className="over">
          {text.title}
        </h2>
        {executor ? <About executor={executor} /> : <p className="headline">{failed ? text.none : text.looking}</p>}
        <ExecutorSelect why={false} />
      </section>
      {executor && (
        <>
          <Memory />
          <Profile executor={executor} />
          <Kernels executor={executor} />
        </>
      )}
      <Diagnostics />
    </div>
  );
}

function About({ executor }: { executor: ExecutorInfo }) {
  const { kind, half, vendor, architecture, tuning, features, limits, why } = executor;
  const maker = [vendor, architecture].filter(Boolean).join(' · ');
  return (
    <>
      <p className="headline">{adapterName(executor)}</p>
      <p className="lead">
        <Heard text={why} />
      </p>
      <dl className="figures-row">
        <Figure name={text.about.kind} note={half ? text.half : undefined}>
          {text.kinds[kind]}
        </Figure>
        {maker && <Figure name={text.about.vendor}>{maker}</Figure>}
        {tuning && <Figure name={text.about.tuning}>{told(tuning)}</Figure>}
      </dl>
      <details className="fold">
        <summary>
          {text.about.features} <small>{features.length}</small>
        </summary>
        <ul className="tags">
          {features.map((feature) => (
            <li key={feature}>{feature}</li>
          ))}
          {features.length === 0 && <li>{text.about.noFeatures}</li>}
        </ul>
      </details>
      <details className="fold">
        <summary>
          {text.about.limits} <small>{Object.keys(limits).length}</small>
        </summary>
        <dl className="limits">
          {Object.entries(limits).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{limitInWords(name, value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

/** A count, or bytes where the name says that it is a size. */
function limitInWords(name: string, value: number): string {
  const isBytes = /bytes$|BufferSize$|BindingSize$|StorageSize$/i.test(name);
  return isBytes ? formatBytes(value) : formatNumber(value, 12);
}

function Figure({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {note && <dd className="hint">{note}</dd>}
    </div>
  );
}

function Memory() {
  const planned = usePage((state) => state.race?.plan.bytes);
  const memory = usePage((state) => state.device.memory);
  const { title, used, nothing, ofPlan, ...names } = text.memory;
  const share = memory && planned ? ofPlan(((100 * memory.used) / planned).toFixed(0)) : undefined;
  return (
    <section aria-labelledby="device-memory">
      <h2 id="device-memory">{title}</h2>
      <dl className="figures-row large">
        <Figure name={names.planned} note={planned === undefined ? nothing : names.plannedNote}>
          {planned === undefined ? '–' : formatBytes(planned)}
        </Figure>
        <Figure name={used} note={[names.usedNote, share].filter(Boolean).join('; ')}>
          {memory ? formatBytes(memory.used) : '–'}
        </Figure>
        {memory?.held !== undefined && (
          <Figure name={names.held} note={names.heldNote}>
            {formatBytes(memory.held)}
          </Figure>
        )}
      </dl>
    </section>
  );
}

function Diagnostics() {
  const [open, setOpen] = useState(false);
  const { title, what, show, copy } = text.diagnostics;
  return (
    <section aria-labelledby="device-diagnostics">
      <h2 id="device-diagnostics">{title}</h2>
      <p className="hint">{what}</p>
      <div className="actions">
        <CopyButton content={diagnostics} label={copy} />
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{show}</summary>
          {open && <DiagnosticsText />}
        </details>
      </div>
    </section>
  );
}

function DiagnosticsText() {
  // Whatever is told of the device is in the text.
  usePage((state) => state.device);
  usePage((state) => state.executor);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <pre className="diagnostics" tabIndex={0}>
      {diagnostics()}
    </pre>
  );
}

function diagnostics(): string {
  const { lab, executor, race, device } = getPage();
  return diagnosticsText({
    version,
    time: new Date().toISOString(),
    browser: browserFacts(),
    lab,
    executor,
    race,
    memory: device.memory,
    profile: device.profile ?? [],
    tuning: device.tuning,
  });
}
