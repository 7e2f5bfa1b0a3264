import { useEffect, useState } from 'react';
import { Icon } from '../panels/Icons.tsx';
import { words } from '../words.ts';

const text = words.inside.duel;
const MILLISECONDS_A_STEP = 500;

export interface Playback {
  /** Steps that have been taken. */
  step: number;
  playing: boolean;
  show: (step: number) => void;
  toggle: () => void;
}

/** Stands at the end until it is moved, however many steps there are. */
export function usePlayback(steps: number): Playback {
  const [wanted, setWanted] = useState(Number.POSITIVE_INFINITY);
  const [playing, setPlaying] = useState(false);
  const step = Math.min(wanted, steps);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setWanted((now) => now + 1), MILLISECONDS_A_STEP);
    return () => clearInterval(timer);
  }, [playing]);

  useEffect(() => {
    if (playing && wanted >= steps) setPlaying(false);
    // At its end it follows what is filled next.
    if (!playing && wanted >= steps) setWanted(Number.POSITIVE_INFINITY);
  }, [playing, wanted, steps]);

  return {
    step,
    playing,
    show: (to) => {
      setPlaying(false);
      setWanted(Math.max(0, to));
    },
    toggle: () => {
      if (!playing && step >= steps) setWanted(0);
      setPlaying(!playing);
    },
  };
}

/** Buttons to go through the steps, forwards and backwards. */
export function Player({ playback, steps }: { playback: Playback; steps: number }) {
  const { step, playing, show, toggle } = playback;
  const buttons = [
    { id: 'rewind', label: text.rewind, icon: 'rewind', off: step === 0, act: () => show(0) },
    { id: 'back', label: text.back, icon: 'back', off: step === 0, act: () => show(step - 1) },
    { id: 'play', label: playing ? text.halt : text.play, icon: playing ? 'pause' : 'play', off: false, act: toggle },
    { id: 'forward', label: text.forward, icon: 'step', off: step >= steps, act: () => show(step + 1) },
  ] as const;
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons that belong together are no form
    <div className="player" role="group" aria-label={text.player}>
      {buttons.map(({ id, label, icon, off, act }) => (
        <button
          key={id}
          type="button"
          className="quiet square"
          aria-label={label}
          title={label}
          disabled={off}
          onClick={act}
        >
          <Icon name={icon} />
        </button>
      ))}
      <span className="pass">{text.step(step, steps)}</span>
    </div>
  );
}
