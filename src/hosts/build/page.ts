import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { CONTENT_POLICY } from '../contentPolicy.ts';
import { renderPng } from '../node/png.ts';

/** Pixels a side of the icons that a home screen asks for; everything else takes the drawing itself. */
const ICONS = [180, 192, 512];

/** The Vite plugin that gives the built page its content policy, and its icon as pixels. */
export function builtPage(): Plugin {
  let publicDir = '';
  return {
    name: 'crossover:page',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,
    configResolved(config) {
      publicDir = config.publicDir;
    },
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY },
        injectTo: 'head-prepend',
      },
      { tag: 'link', attrs: { rel: 'apple-touch-icon', href: './icon-180.png' }, injectTo: 'head' },
    ],
    async generateBundle() {
      const icon = await readFile(join(publicDir, 'icon.svg'), 'utf8');
      const [, side] = /viewBox="0 0 (\d+) \1"/.exec(icon)!;
      for (const pixels of ICONS) {
        const source = await renderPng(icon, pixels / Number(side));
        this.emitFile({ type: 'asset', fileName: `icon-${pixels}.png`, source });
      }
    },
  };
}
