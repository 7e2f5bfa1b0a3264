import { device } from './device.ts';
import { figure } from './figure.ts';
import { gap } from './gap.ts';
import { inside } from './inside.ts';
import { keeping } from './keeping.ts';
import { language } from './language.ts';
import { learn } from './learn.ts';
import { newVersion } from './newVersion.ts';
import { page } from './page.ts';
import { runs } from './runs.ts';

/** Every sentence of the page, in English: a file for each view. */
export const en = { ...page, figure, gap, inside, runs, device, learn, keeping, newVersion, language };
