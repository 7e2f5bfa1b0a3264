import { useEffect, useId, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import type { SampleRecord } from '../../lab/protocol.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { passesOf, sampleAt, stretches, writtenSteps } from '../player.ts';
import { getRace, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';

const text = words.samples;
const MILLISECONDS_A_PASS = 90;

/** What both models write, side by side: one slider for when it was written, one player for the order of writing. */
export function Samples() {
  usePage((state) => state.version);
  const shownStep = usePage((state) => state.shownStep);
  const spec = usePage((state) => state.race?.spec);
  const off = spec?.sampling.every === 0;
  const { samples } = getRace();
  const shown = Object.fromEntries(
    FAMILIES.map((family) => [family, sampleAt(samples[family], shownStep ?? Number.POSITIVE_INFINITY)]),
  ) as Record<FamilyId, SampleRecord | undefined>;
  const passes = Math.max(0, ...FAMILIES.map((family) => (shown[family] ? passesOf(shown[family]) : 0)));
  const player = usePlayer(passes);
  const steps = writtenSteps(samples.ar, samples.diffusion);

  return (
    <section className="samples" aria-labelledby="samples-title">
      <div className="samples-head">
        <h2 id="samples-title">{text.title}</h2>
        {passes > 0 && <Player player={player} passes={passes} />}
        {steps.length > 1 && <StepSlider steps={steps} shownStep={shownStep} />}
      </div>
      <div className="sample-pair">
        {FAMILIES.map((family) => (
          <article key={family} className={`sample name-${family}`}>
            <h3>
              {words.families[family].long} <small>{words.families[family].writes}</small>
            </h3>
            {shown[family] ? (
              <Written sample={shown[family]} pass={player.pass} />
            ) : (
              <>
                <p>
                  {words.families[family].what} {spec && words.lossIs[lossBound(family, spec)]}
                </p>
                <p className="hint">{off ? text.off : text.waiting}</p>
              </>
            )}
          </article>
        ))}
      </div>
      {passes > 0 && <p className="hint">{text.shade}</p>}
    </section>
  );
}

function Written({ sample, pass }: { sample: SampleRecord; pass: number }) {
  return (
    <>
      <p className="written" aria-hidden="true">
        {stretches(sample, pass).map((stretch, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a stretch has no identity but its place
            key={index}
            className={stretch.hidden ? 'masked' : `shade-${stretch.shade}`}
          >
            {stretch.text}
          </span>
        ))}
      </p>
      <p className="hidden">{text.spoken(sample.text)}</p>
      <p className="hint">{text.about(formatNumber(sample.step, 9), formatNumber(sample.forwards, 9))}</p>
    </>
  );
}

interface Playback {
  /** Passes shown; Infinity shows the whole text, whatever its number. */
  pass: number;
  playing: boolean;
  show: (pass: number) => void;
  toggle: () => void;
}

function usePlayer(passes: number): Playback {
  const [pass, setPass] = useState(Number.POSITIVE_INFINITY);
  const [playing, setPlaying] = useState(false);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setPass((now) => now + 1), MILLISECONDS_A_PASS);
    return () => clearInterval(timer);
  }, [playing]);

  useEffect(() => {
    if (!playing || pass < passes) return;
    setPlaying(false);
    setPass(Number.POSITIVE_INFINITY);
  }, [playing, pass, passes]);

  return {
    pass,
    playing,
    show: (wanted) => {
      setPlaying(false);
      setPass(wanted >= passes ? Number.POSITIVE_INFINITY : Math.max(0, wanted));
    },
    toggle: () => {
      if (!playing && pass >= passes) setPass(0);
      setPlaying(!playing);
    },
  };
}

function Player({ player, passes }: { player: Playback; passes: number }) {
  const pass = Math.min(player.pass, passes);
  return (
    <div className="player">
      <PlayerButton label={text.rewind} icon="rewind" disabled={pass === 0} onClick={() => player.show(0)} />
      <PlayerButton label={text.back} icon="back" disabled={pass === 0} onClick={() => player.show(pass - 1)} />
      <PlayerButton
        label={player.playing ? text.halt : text.play}
        icon={player.playing ? 'pause' : 'play'}
        onClick={player.toggle}
      />
      <PlayerButton label={text.forward} icon="step" disabled={pass >= passes} onClick={() => player.show(pass + 1)} />
      <span className="pass">{text.pass(pass, passes)}</span>
    </div>
  );
}

function PlayerButton(props: {
  label: string;
  icon: 'rewind' | 'back' | 'play' | 'pause' | 'step';
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="quiet square"
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

/** Chooses among the texts by when they were written; the chart shows the same step. */
function StepSlider({ steps, shownStep }: { steps: readonly number[]; shownStep: number | null }) {
  const id = useId();
  const newest = steps.length - 1;
  const index =
    shownStep === null
      ? newest
      : Math.max(
          0,
          steps.findLastIndex((step) => step <= shownStep),
        );
  const label = formatNumber(steps[index], 9);
  return (
    <div className="step-slider">
      <label htmlFor={id}>{text.slider}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={newest}
        step={1}
        value={index}
        aria-valuetext={label}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          setPage({ shownStep: chosen === newest ? null : steps[chosen] });
        }}
      />
      <output htmlFor={id}>{label}</output>
    </div>
  );
}
