import { decimals, language, told } from './language.ts';

/** Numbers as people read them, in the language that is spoken (src/analysis/language.ts); the examples are in English. */

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
  return rounded.toLocaleString(language().numbers, { maximumFractionDigits: 20 });
}

/** 107,008 parameters; of a mixture of experts `412,000 parameters, of which a token uses 250,000`. */
export function formatParameters(
  { parameters, activeParameters: active }: { parameters: number; activeParameters: number },
  noun = ' parameters',
): string {
  const all = `${formatNumber(parameters)}${told(noun)}`;
  return active < parameters ? told('{0}, of which a token uses {1}', all, formatNumber(active)) : all;
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
    if (size >= limit) return `${trim(value / (suffix === 'k' ? 1e3 : limit))}${language().gap}${suffix}`;
  }
  return formatNumber(value);
}

/** 6.4×10¹¹; small numbers stay plain. */
export function formatPower(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return '0';
  if (Math.abs(value) < 1e5 && Math.abs(value) >= 1e-3) return formatNumber(value);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  const factor = decimals(mantissa.replace(/\.0$/, ''));
  const power = powerOfTen(Number(exponent));
  return factor === '1' ? power : `${factor}×${power}`;
}

/** Always with so many decimals: 0.50 */
export function formatFixed(value: number, digits: number): string {
  return Number.isFinite(value) ? decimals(value.toFixed(digits)).replace('-', '−') : notFinite(value);
}

/** A loss in nats per token, always with three decimals, so that columns align. */
export function formatLoss(value: number): string {
  return formatFixed(value, 3);
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
  return language().duration(Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60);
}

/** An ISO 8601 time as a day: 22 November 2026. What is no time is returned as it is. */
export function formatDate(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return time.toLocaleDateString(language().dates, { day: 'numeric', month: 'long', year: 'numeric' });
}

/** 512 B · 18 MB · 1.2 GB (powers of 1,000) */
export function formatBytes(bytes: number): string {
  const [one, kilo, mega, giga] = language().bytes;
  for (const [limit, unit] of [
    [1e9, giga],
    [1e6, mega],
    [1e3, kilo],
  ] as const) {
    if (bytes >= limit) return `${trim(bytes / limit)} ${unit}`;
  }
  return `${Math.round(bytes)} ${one}`;
}

/** Steps a second: 31 · 2.4 · 0.35 */
export function formatRate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : trim(perSecond, 2);
}

/** 22 Nov 2026, 14:31, where the reader is; what is no date stays as it is. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(language().dates, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A probability: 43 % · 3.1 % · less than 0.1 % */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return notFinite(share);
  const { percent: sign } = language();
  if (share > 0 && share < 0.001) return `< ${decimals('0.1')}${sign}`;
  const percent = 100 * share;
  return `${decimals(percent.toFixed(percent < 9.95 && percent > 0 ? 1 : 0))}${sign}`;
}

/** A character as a person can see it: quoted, or by name or code point where it has no shape. */
export function formatCharacter(character: string): string {
  if (character === ' ') return told('space');
  if (/^[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return language().quotes.join(character);
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function trim(value: number, digits = value >= 100 ? 3 : 2): string {
  return decimals(String(Number(value.toPrecision(digits))));
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
}
