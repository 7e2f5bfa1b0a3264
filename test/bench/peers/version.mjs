import { readFileSync } from 'node:fs';

/** `name version` of an installed peer, from its own package.json. */
export function versionOf(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`;
}
