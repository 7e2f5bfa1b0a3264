/** Numbers as people read them. Everything here is pure and knows no locale but English. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 10¹¹; the exponent may be negative. */
function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** 12,345 · 3.5 · 0.02: up to `digits` significant digits after the integer part is kept whole. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const rounded = Math.abs(value) >= 10 ** (digits - 1) ? Math.round(value) : Number(value.toPrecision(digits));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

/** 107,008 parameters; of a mixture of experts `412,000 parameters, of which a token uses 250,000`. */
export function formatParameters(
  { parameters, activeParameters: active }: { parameters: number; activeParameters: number },
  noun = ' parameters',
): string {
  const all = `${formatNumber(parameters)}${noun}`;
  return active < parameters ? `${all}, of which a token uses ${formatNumber(active)}` : all;
}

/** 64 · 5,000 · 13k · 3M: short enough for a tick. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  for (const [limit, suffix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (size >= limit) return `${trim(value / (suffix === 'k' ? 1e3 : limit))}${suffix}`;
  }
  return formatNumber(value);
}

/** 6.4×10¹¹; small numbers stay plain. */
export function formatPower(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return '0';
  if (Math.abs(value) < 1e5 && Math.abs(value) >= 1e-3) return formatNumber(value);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  const factor = mantissa.replace(/\.0$/, '');
  const power = powerOfTen(Number(exponent));
  return factor === '1' ? power : `${factor}×${power}`;
}

/** A loss in nats per token, always with three decimals, so that columns align. */
export function formatLoss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace('-', '−') : notFinite(value);
}

/** `2.410 ± 0.012`, or the value alone where there is no standard error. */
export function formatLossWithError(value: number, se: number | null): string {
  return se === null ? formatLoss(value) : `${formatLoss(value)} ± ${formatLoss(se)}`;
}

/** 9.4 s · 1:48 · 2:05:10 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return notFinite(seconds);
  if (seconds < 10) return `${trim(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** An ISO 8601 time as a day: 22 November 2026. What is no time is returned as it is. */
export function formatDate(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** 512 B · 18 MB · 1.2 GB (powers of 1,000) */
export function formatBytes(bytes: number): string {
  for (const [limit, unit] of [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (bytes >= limit) return `${trim(bytes / limit)} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}

/** Steps a second: 31 · 2.4 · 0.35 */
export function formatRate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : trim(perSecond, 2);
}

/** 22 Nov 2026, 14:31, where the reader is; what is no date stays as it is. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** A probability: 43 % · 3.1 % · less than 0.1 % */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return notFinite(share);
  if (share > 0 && share < 0.001) return '< 0.1 %';
  const percent = 100 * share;
  return `${percent.toFixed(percent < 9.95 && percent > 0 ? 1 : 0)} %`;
}

/** A character as a person can see it: quoted, or by name or code point where it has no shape. */
export function formatCharacter(character: string): string {
  if (character === ' ') return 'space';
  if (/^[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return `“${character}”`;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function trim(value: number, digits = value >= 100 ? 3 : 2): string {
  return String(Number(value.toPrecision(digits)));
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
}
