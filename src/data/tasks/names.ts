/** Names of two tokens each: every first with every second. */
export interface NameSpace {
  symbols: readonly string[];
  names: readonly (readonly [string, string])[];
}

export function nameSpace(firsts: readonly string[], seconds: readonly string[]): NameSpace {
  return {
    symbols: [...firsts, ...seconds],
    names: firsts.flatMap((first) => seconds.map((second) => [first, second] as const)),
  };
}
