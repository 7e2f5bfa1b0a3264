import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ioError } from './files.ts';

/** The font that figures are drawn with in a PNG, from a package: a machine without any font gives the same picture. */
const FONTS = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map(
  (file) => `@expo-google-fonts/inter/${file}`,
);
const RASTERISER = '@resvg/resvg-wasm/index_bg.wasm';

let ready: Promise<{ Resvg: typeof import('@resvg/resvg-wasm').Resvg; fonts: Uint8Array[] }> | undefined;

/** A PNG of an SVG, `zoom` pixels for each of its units. Throws a CrossoverError 'io' when a part of it is not installed. */
export async function renderPng(svg: string, zoom: number): Promise<Uint8Array> {
  ready ??= load();
  const { Resvg, fonts } = await ready;
  const font = { fontBuffers: fonts, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
  const resvg = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } });
  const image = resvg.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}

async function load() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(await packaged(RASTERISER));
  return { Resvg, fonts: await Promise.all(FONTS.map(packaged)) };
}

async function packaged(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(createRequire(import.meta.url).resolve(path)));
  } catch (error) {
    throw ioError('read', `${path} of node_modules (npm ci installs it)`, error);
  }
}
