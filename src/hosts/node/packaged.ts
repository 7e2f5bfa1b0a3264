import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { CrossoverError, messageOf } from '../../core/errors.ts';
import { isFolder, makeFolder } from './files.ts';

/**
 * The npm package `@sparticuz/chromium` carries, for Linux on x64, a Chromium and a software Vulkan device
 * (SwiftShader). Both are unpacked once into the user's cache folder and used from there.
 */
export const CARRIER = '@sparticuz/chromium';

interface Carrier {
  /** Folder with the compressed files. */
  bin: string;
  version: string;
}

/** Where the package is, or undefined: it is not installed, or what it carries does not run on this machine. */
function findCarrier(): Carrier | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(CARRIER)), '../..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { bin: join(root, 'bin'), version };
  } catch {
    return undefined;
  }
}

/** The folder with `libvulkan.so.1` and `vk_swiftshader_icd.json`, unpacked; undefined where there is no package. */
export async function packagedVulkan(): Promise<string | undefined> {
  const carrier = findCarrier();
  if (!carrier) return undefined;
  return cached(`swiftshader-${carrier.version}`, (folder) =>
    unpackTar(join(carrier.bin, 'swiftshader.tar.br'), folder),
  );
}

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

export interface PackagedChromium {
  executable: string;
  /** Folder of shared libraries that a bare system lacks, for LD_LIBRARY_PATH. */
  libraries: string;
  /** Folder of a fontconfig configuration with fonts, for FONTCONFIG_PATH: without any font no text has a size. */
  fonts: string;
  version: string;
}

/** Whether `packagedChromium` would find one, without unpacking it. */
export function hasPackagedChromium(): boolean {
  return findCarrier() !== undefined;
}

/** The Chromium of the package, unpacked (some seconds the first time); undefined where there is no package. */
export async function packagedChromium(): Promise<PackagedChromium | undefined> {
  const carrier = findCarrier();
  if (!carrier) return undefined;
  const { bin, version } = carrier;
  const folder = await cached(`chromium-with-fonts-${version}`, async (into) => {
    const executable = join(into, 'chromium');
    await pipeline(createReadStream(join(bin, 'chromium.br')), createBrotliDecompress(), createWriteStream(executable));
    await chmod(executable, 0o755);
    await unpackTar(join(bin, 'swiftshader.tar.br'), into);
    await unpackTar(join(bin, 'al2023.tar.br'), into);
    await unpackTar(join(bin, 'fonts.tar.br'), into);
    // The package's own configuration looks for the fonts in fixed places of another machine.
    await writeFile(join(into, 'fonts.conf'), FONTS_CONF);
  });
  return { executable: join(folder, 'chromium'), libraries: join(folder, 'lib'), fonts: folder, version };
}

/**
 * The cache folder `name`, filled by `fill` unless it is there. It is filled under another name and then renamed: a
 * folder of this name is complete, whoever interrupts or races whom.
 */
async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = await cacheRoot();
  const folder = join(root, name);
  if (await isFolder(folder)) return folder;
  const temporary = await mkdtemp(`${folder}.`);
  try {
    await fill(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process may have been faster.
    if (await isFolder(folder)) return folder;
    throw new CrossoverError('io', `cannot unpack ${name} of ${CARRIER} into ${root}: ${messageOf(error)}`);
  }
  return folder;
}

/** The user's cache folder; where that cannot be written, a private one among the temporary files. */
export async function cacheRoot(): Promise<string> {
  const choices = [
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'crossover'),
    join(tmpdir(), `crossover-${process.getuid?.() ?? ''}`),
  ];
  let reason = '';
  for (const folder of choices) {
    try {
      await makeFolder(folder, 0o700);
      // Programs are loaded from here, so nobody else may have made it or write to it.
      const { uid, mode } = await lstat(folder);
      const owner = process.getuid?.() ?? uid;
      if (uid !== owner || (process.getuid && (mode & 0o022) !== 0)) throw new Error('others can write to it');
      await rm(await mkdtemp(join(folder, 'probe.')), { recursive: true });
      return folder;
    } catch (error) {
      reason = messageOf(error);
    }
  }
  throw new CrossoverError('io', `none of the cache folders ${choices.join(', ')} can be used: ${reason}`);
}

async function unpackTar(archive: string, into: string): Promise<void> {
  const tar = await promisify(brotliDecompress)(await readFile(archive));
  for (const { path, executable, bytes } of tarFiles(tar, basename(archive))) {
    const target = join(into, path);
    await makeFolder(dirname(target));
    await writeFile(target, bytes, { mode: executable ? 0o755 : 0o644 });
  }
}

const BLOCK = 512;

/** The regular files of a POSIX ustar archive. */
export function tarFiles(tar: Uint8Array, name: string): { path: string; executable: boolean; bytes: Uint8Array }[] {
  const files = [];
  const field = (at: number, length: number) =>
    new TextDecoder().decode(tar.subarray(at, at + length)).split('\0', 1)[0];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12), 8);
    const prefix = field(at + 345, 155);
    const path = (prefix && `${prefix}/`) + field(at, 100);
    if (!field(at + 257, 5).startsWith('ustar') || !(size >= 0) || path.split('/').includes('..'))
      throw new CrossoverError('io', `${name} is not a tar archive that can be unpacked (at byte ${at})`);
    const type = field(at + 156, 1);
    const begin = at + BLOCK;
    if (type === '0' || type === '') {
      const executable = (Number.parseInt(field(at + 100, 8), 8) & 0o100) !== 0;
      files.push({ path, executable, bytes: tar.subarray(begin, begin + size) });
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
