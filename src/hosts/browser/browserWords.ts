const BROWSERS = [
  ['Edge', /Edg\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Chrome', /Chrome\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
] as const;

/** A browser and its machine, as far as it tells: `Chrome 147 on Linux x86_64, 8 threads`. */
export function browserWords({
  userAgent,
  platform,
  hardwareConcurrency,
}: Pick<Navigator, 'userAgent' | 'platform' | 'hardwareConcurrency'>): string {
  const found = BROWSERS.find(([, pattern]) => pattern.test(userAgent));
  const browser = found ? `${found[0]} ${found[1].exec(userAgent)![1]}` : 'a browser';
  const threads = `${hardwareConcurrency} ${hardwareConcurrency === 1 ? 'thread' : 'threads'}`;
  return `${browser}${platform ? ` on ${platform}` : ''}, ${threads}`;
}
