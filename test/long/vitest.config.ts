import { defineConfig } from 'vitest/config';
import base from '../../vite.config.ts';

/** The checks that take minutes: `npm run check:memory`. They are no part of `npm test`. */
export default defineConfig(async (env) => {
  const config = await base(env);
  return { ...config, test: { ...config.test, include: ['test/long/**/*.long.ts'], testTimeout: 3_600_000 } };
});
