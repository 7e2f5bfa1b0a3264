import { type Browser, chromium } from 'playwright-core';
import { systemChromium } from '../../src/hosts/node/chromium.ts';
import { packagedChromium } from '../../src/hosts/node/packaged.ts';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A headless Chromium with WebGPU (in software where there is no GPU): the system's if there is one, else the one
 * that an npm package carries. `CROSSOVER_CHROMIUM=packaged` takes the latter in any case. `flags` come on top, and of
 * those that Playwright gives, `without` are left out.
 */
export async function launchChromium(flags: readonly string[] = [], without: readonly string[] = []): Promise<Browser> {
  const args = [...FLAGS, ...flags];
  const ignoreDefaultArgs = [...without];
  const installed = process.env.CROSSOVER_CHROMIUM === 'packaged' ? undefined : systemChromium();
  if (installed) return chromium.launch({ executablePath: installed, args, ignoreDefaultArgs });
  const packaged = await packagedChromium();
  if (!packaged) throw new Error('no Chromium: install Chromium or Chrome, or on Linux x64 run npm ci');
  const libraries = [packaged.libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return chromium.launch({
    executablePath: packaged.executable,
    args,
    ignoreDefaultArgs,
    env: { ...(process.env as Record<string, string>), LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: packaged.fonts },
  });
}
