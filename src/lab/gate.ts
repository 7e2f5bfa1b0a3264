import type { Control } from './control.ts';
import type { Asked } from './questions.ts';

/**
 * Between two turns of a race: answers what was asked, and waits while it is paused.
 * @returns milliseconds that passed in it
 */
export async function passGate({
  control,
  now,
  lost,
  paused,
  answer,
}: {
  control: Control;
  now: () => number;
  /** Rejects when the device is lost, which may be while nobody uses it. */
  lost: Promise<never>;
  /** Told when it begins to be paused, and when it goes on. */
  paused: (is: boolean) => void;
  answer: (asked: Asked) => Promise<void>;
}): Promise<number> {
  const since = now();
  let told = false;
  for (;;) {
    const waits = control.paused;
    if (waits && !told) paused(true);
    told ||= waits;
    // Only while it waits: what hears of a loss is kept as long as the device is.
    if (await (waits ? Promise.race([control.gate(), lost]) : control.gate())) break;
    for (const asked of control.takeAsked()) await answer(asked);
  }
  if (told && !control.stopped && !control.paused) paused(false);
  return now() - since;
}
