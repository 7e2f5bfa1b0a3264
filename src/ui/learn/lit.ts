import { useEffect } from 'react';
import { wantsStillness } from '../shown/play.ts';

/** What a person does with the page; from then on where it stands is theirs to decide. */
const TOUCHES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/**
 * Rings the first of the targets that is on the page. Parts of the page come and go while a race is on, and move while it
 * loads: the ring follows, and stays in sight until somebody touches the page.
 */
export function useLit(targets: readonly string[]): void {
  const wanted = targets.join();
  useEffect(() => {
    let lit: Element | null = null;
    let touched = false;
    const keepInSight = () => {
      if (lit && !touched) bring(lit);
    };
    const light = () => {
      const found = findTarget(wanted.split(','));
      if (found === lit) return;
      lit?.removeAttribute('data-lit');
      found?.setAttribute('data-lit', '');
      lit = found;
      keepInSight();
    };
    const touch = () => {
      touched = true;
    };
    light();
    const parts = new MutationObserver(light);
    parts.observe(document.body, { childList: true, subtree: true });
    const size = new ResizeObserver(keepInSight);
    size.observe(document.body);
    for (const each of TOUCHES) window.addEventListener(each, touch, { passive: true });
    return () => {
      parts.disconnect();
      size.disconnect();
      for (const each of TOUCHES) window.removeEventListener(each, touch);
      lit?.removeAttribute('data-lit');
    };
  }, [wanted]);
}

function findTarget(targets: readonly string[]): Element | null {
  for (const name of targets) {
    const found = document.querySelector(`[data-learn="${name}"]`);
    if (found) return found;
  }
  return null;
}

/** What is larger than the room beside the header and the card begins at its top; what is in sight stays where it is. */
function bring(element: Element): void {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const padding = [scrollPaddingTop, scrollPaddingBottom].map((text) => Number.parseFloat(text) || 0);
  const room = window.innerHeight - padding[0] - padding[1];
  const block = element.getBoundingClientRect().height > room ? 'start' : 'nearest';
  element.scrollIntoView({ block, inline: 'nearest', behavior: wantsStillness() ? 'auto' : 'smooth' });
}
