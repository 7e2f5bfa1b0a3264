import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { usePage } from '../store.ts';

/** Milliseconds between two commits of the chart, and what it falls back to where a commit is slow. */
const EVERY = 250;
const EVERY_WHEN_SLOW = 1000;
const SLOW_COMMIT = 30;

/** The store's version, at most four times a second, once a second where drawing is slow, never while out of sight. */
export function useCalmVersion(frame: RefObject<HTMLElement | null>) {
  const latest = usePage((state) => state.version);
  const [version, setVersion] = useState(latest);
  const [seen, setSeen] = useState(true);
  const last = useRef({ at: Number.NEGATIVE_INFINITY, took: 0 });
  const drawn = useCallback((took: number) => {
    last.current = { at: performance.now(), took };
  }, []);

  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setSeen(entry.isIntersecting));
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);

  useEffect(() => {
    if (!seen || latest === version) return;
    const every = last.current.took > SLOW_COMMIT ? EVERY_WHEN_SLOW : EVERY;
    const timer = setTimeout(() => setVersion(latest), Math.max(0, last.current.at + every - performance.now()));
    return () => clearTimeout(timer);
  }, [seen, latest, version]);

  return { version, drawn };
}
