const PATHS = {
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  stop: 'M6 6h12v12H6z',
  step: 'M5 5v14l9-7zM16 5h3v14h-3z',
  rewind: 'M5 5h3v14H5zM20 5v14L9 12z',
  back: 'M17 4.5v15L5 12z',
  forward: 'M7 4.5v15L19 12z',
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
