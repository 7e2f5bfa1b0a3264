/** Les espaces insécables du français, mises en un seul endroit : les phrases s’écrivent avec des espaces ordinaires. */
export function typeset(text: string): string {
  return text
    .replace(/ ([;!?])/g, '\u202f$1')
    .replace(/ ([:»%])/g, '\u00a0$1')
    .replace(/« /g, '«\u00a0');
}

/** Un arbre de phrases dont tous les textes, et tout ce que rendent ses fonctions, sont composés. */
export function typesetAll<T>(value: T): T {
  return compose(value) as T;
}

function compose(value: unknown): unknown {
  if (typeof value === 'string') return typeset(value);
  if (typeof value === 'function') return (...values: unknown[]) => compose(value(...values));
  if (Array.isArray(value)) return value.map(compose);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, compose(each)]));
}
