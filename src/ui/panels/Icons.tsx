const PATHS = {
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  stop: 'M6 6h12v12H6z',
  step: 'M5 5v14l9-7zM16 5h3v14h-3z',
  rewind: 'M5 5h3v14H5zM20 5v14L9 12z',
  back: 'M17 4.5v15L5 12z',
  forward: 'M7 4.5v15L19 12z',
  rename: 'M4 16.6 15.4 5.2a1.7 1.7 0 0 1 2.4 0l1 1a1.7 1.7 0 0 1 0 2.4L7.4 20H4zM6 17.5V18h.5L15 9.5 14.5 9z',
  more: 'M12 15.6 4.9 8.5 6.3 7l5.7 5.7L17.7 7l1.4 1.5z',
  close: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Two learning curves that cross: AR's, solid, turns up; diffusion's, dashed, goes on down. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path className="mark-ar" d="M3 5C6 20 10 25 14 25S24 20 29 9" />
      <path className="mark-diffusion" d="M3 5C9 14 16 20 29 25" strokeDasharray="4 3" />
    </svg>
  );
}
