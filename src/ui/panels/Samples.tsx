import { useEffect, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import type { SampleRecord } from '../../lab/protocol.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { passesOf, sampleAt, stretches } from '../player.ts';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';

const text = words.samples;
const MILLISECONDS_A_PASS = 90;
/** Times that pace. */
const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** What both models had written by the moment that is shown, side by side; one player for the order of writing. */
export function Samples() {
  usePage((state) => state.version);
  const spec = useOnChart()?.spec;
  const shown = { ar: useSample('ar'), diffusion: useSample('diffusion') };
  const off = spec?.sampling.every === 0;
  const passes = Math.max(0, ...FAMILIES.map((family) => (shown[family] ? passesOf(shown[family]) : 0)));
  const player = usePlayer(passes);

  return (
    <section className="samples" aria-labelledby="samples-title">
      <div className="samples-head">
        <h2 id="samples-title">{text.title}</h2>
        {passes > 0 && <Player player={player} passes={passes} />}
        {passes > 0 && <p className="hint">{text.shade}</p>}
      </div>
      <div className="sample-pair">
        {FAMILIES.map((family) => (
          <article key={family} className={`sample name-${family}`} data-learn={`writes-${family}`}>
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
    </section>
  );
}

/** The newest text that a model had written by the moment that is shown. */
function useSample(family: FamilyId): SampleRecord | undefined {
  return usePage(({ shownStep }) => sampleAt(shownLog().samples[family], shownStep ?? Number.POSITIVE_INFINITY));
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
  /** One of `SPEEDS`. */
  speed: number;
  show: (pass: number) => void;
  toggle: () => void;
  setSpeed: (speed: number) => void;
}

function usePlayer(passes: number): Playback {
  const [pass, setPass] = useState(Number.POSITIVE_INFINITY);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setPass((now) => now + 1), MILLISECONDS_A_PASS / speed);
    return () => clearInterval(timer);
  }, [playing, speed]);

  useEffect(() => {
    if (!playing || pass < passes) return;
    setPlaying(false);
    setPass(Number.POSITIVE_INFINITY);
  }, [playing, pass, passes]);

  return {
    pass,
    playing,
    speed,
    setSpeed,
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
        learn={player.playing ? undefined : 'play-writing'}
        onClick={player.toggle}
      />
      <PlayerButton label={text.forward} icon="step" disabled={pass >= passes} onClick={() => player.show(pass + 1)} />
      <select
        className="speed"
        aria-label={text.speed}
        title={text.speed}
        value={player.speed}
        onChange={(event) => player.setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {text.times(formatNumber(speed))}
          </option>
        ))}
      </select>
      <span className="pass">{text.pass(pass, passes)}</span>
    </div>
  );
}

function PlayerButton(props: {
  label: string;
  icon: 'rewind' | 'back' | 'play' | 'pause' | 'step';
  /** What the guided text calls it. */
  learn?: string | undefined;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="quiet square"
      data-learn={props.learn}
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
