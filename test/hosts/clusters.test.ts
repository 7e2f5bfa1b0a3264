import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/core/errors.ts';
import { ROOT } from '../support/terminal.ts';

describe('the Kubernetes job', () => {
  it('fails at once on exit codes that are the same the next time, and tries again on any other', async () => {
    const yaml = await readFile(join(ROOT, 'docs/clusters/kubernetes.yaml'), 'utf8');
    const [, values] = /action: FailJob\n\s+onExitCodes:\n\s+.*\n\s+operator: In\n\s+values: \[(.*)\]/.exec(yaml) ?? [];
    expect(values?.split(', ').map(Number)).toEqual([EXIT_CODES['bad-input'], EXIT_CODES['no-adapter']]);
  });
});
