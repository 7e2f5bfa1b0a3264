import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasPackagedChromium } from './packaged.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where installers put Chromium and Chrome on systems that do not put programs on the PATH. */
function usualPlaces(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case 'win32':
      return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((root) =>
        root ? [join(root, 'Google/Chrome/Application/chrome.exe')] : [],
      );
    default:
      return (process.env.PATH ?? '')
        .split(delimiter)
        .flatMap((folder) => (folder ? NAMES.map((name) => join(folder, name)) : []));
  }
}

/** The Chromium or Chrome that is installed on this system. */
export function systemChromium(): string | undefined {
  return usualPlaces().find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Which Chromium the tests of the page would use, in words; undefined when there is none. */
export function describeChromium(): string | undefined {
  return systemChromium() ?? (hasPackagedChromium() ? 'from the npm package @sparticuz/chromium' : undefined);
}
