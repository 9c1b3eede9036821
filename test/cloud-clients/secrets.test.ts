/** Nothing that a program prints holds a secret, also with the debug output of IBM's SDK on. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { canaryApiKey, expectNoSecret } from '../lib/canary.ts';
import { repositoryPath } from '../lib/repository.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpe-operator-secrets-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['quiet', { NODE_DEBUG: undefined, DEBUG: undefined }],
  ['with debug output', { NODE_DEBUG: 'axios', DEBUG: '*' }],
])(
  'a program whose calls all fail, %s',
  async (_, debug) => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, canaryApiKey());
    const program = repositoryPath('test', 'cloud-clients', 'noisy-program.ts');
    const options = { env: { ...process.env, ...debug }, maxBuffer: 64 * 1024 * 1024 };
    const { stdout, stderr } = await run(process.execPath, [program, keyFile], options);
    expect(stdout).toContain('done');
    expect(stdout).toContain('Provided API key could not be found.');
    expect(stdout).toContain('The compute resource token is not valid');
    expect(() => expectNoSecret(stdout)).not.toThrow();
    expect(() => expectNoSecret(stderr)).not.toThrow();
  },
  60_000,
);
