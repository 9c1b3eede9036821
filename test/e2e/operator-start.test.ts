/** How the built operator starts when something is wrong with what it is given: it says what, and tries nothing. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { ensureBuilt } from '../harness/build.ts';
import { repositoryPath } from '../lib/repository.ts';

jest.setTimeout(120_000);

let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'wrong-configuration-'));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly stderr: string;
}

/** Runs the built program to its end. */
async function operate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [repositoryPath('dist', 'main.js'), ...args],
      { env },
      (error, _stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

describe('a configuration that cannot be used ends it with exit code 2 and says why', () => {
  const account = 'accounts: [{ name: default, auth: { apiKeyFile: /key } }]';

  test.each<[what: string, text: string, message: RegExp]>([
    ['not YAML', 'accounts: [', /is not YAML: /],
    ['no account', 'accounts: []', /accounts: must NOT have fewer than 1 items/],
    ['an unknown field', `${account}\naccount: {}`, /the file: unknown field account/],
    ['a wrong duration', `${account}\ntimings: { driftCheck: soon }`, /timings\.driftCheck: must /],
    [
      'an API key in the file',
      'accounts: [{ name: a, auth: { apiKey: s3cret } }]',
      /accounts.0.auth: unknown field apiKey/,
    ],
    [
      'a base above its maximum',
      `${account}\ntimings: { retry: { base: 3m } }`,
      /timings\.retry: base must /,
    ],
    [
      'a plain http endpoint',
      `${account}\nendpoints: { overrides: { IBMCLOUD_IAM_API_ENDPOINT: 'http://iam.cloud.ibm.com' } }`,
      /IBMCLOUD_IAM_API_ENDPOINT/,
    ],
    [
      'a foreign host',
      `${account}\nendpoints: { overrides: { IBMCLOUD_IAM_API_ENDPOINT: 'https://iam.example.com' } }`,
      /iam\.example\.com/,
    ],
  ])('%s', async (what, text, message) => {
    const file = join(folder, `${what.replaceAll(' ', '-')}.yaml`);
    await writeFile(file, text);
    const { code, stderr } = await operate(['--config', file]);

    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vpe-operator: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr).not.toContain('s3cret');
    expect(code).toBe(2);
  });

  test('none at all, or one that is not there', async () => {
    expect(await operate([])).toEqual({
      code: 2,
      stderr: 'vpe-operator: no configuration: give its path by --config or VPE_OPERATOR_CONFIG\n',
    });
    expect(await operate([], { VPE_OPERATOR_CONFIG: '/nowhere.yaml' })).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^vpe-operator: the configuration cannot be read: .*\/nowhere\.yaml'\n$/),
    });
  });
});
