/** `vpe-operator targets` through the built program: what it lists, for people and for programs, and without a cluster. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';

import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { operatorConfig } from '../cloud/operator-config.ts';
import type { ServiceInstance } from '../cloud/resources/instances.ts';
import { ensureBuilt } from '../harness/build.ts';
import { type CommandRun, runCommand } from '../harness/command.ts';

jest.setTimeout(180_000);

let cloud: Cloud;
let folder: string;
let config: string;
let instance: ServiceInstance;

beforeAll(async () => {
  await ensureBuilt();
  cloud = await startCloud();
  const { seed } = cloud.control;
  instance = seed.serviceInstance({ name: 'orders-db', service: 'databases-for-postgresql' });
  seed.serviceInstance({ name: 'elsewhere', service: 'databases-for-postgresql', region: 'eu-de' });
  folder = await mkdtemp(join(tmpdir(), 'targets-command-'));
  config = join(folder, 'config.yaml');
  await writeFile(config, stringify(await operatorConfig(cloud)));
});

afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true });
});

async function targets(...args: readonly string[]): Promise<CommandRun> {
  return runCommand(['targets', ...args], { config });
}

function hostOf({ virtualPrivateEndpoints }: ServiceInstance): string {
  return virtualPrivateEndpoints?.dns_domain ?? '';
}

test('lists services, the infrastructure and the instances of the region', async () => {
  const { code, stdout, stderr } = await targets('--region', 'us-south');
  const rows = stdout.split('\n').map((line) => line.split(/ +/));

  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(rows[0]).toEqual(['TARGET', 'NAME', 'REGION', 'ENDPOINT', 'CRN']);
  expect(stdout).toMatch(/^service +kms +us-south +private\.us-south\.kms\.cloud\.ibm\.com +crn:v1:/m);
  expect(stdout).toMatch(/^infrastructure +ibm-ntp-server /m);
  expect(rows).toContainEqual(['service', 'orders-db', 'us-south', hostOf(instance), instance.crn]);
  expect(stdout).not.toContain('elsewhere');
});

test('prints what IBM’s command prints, for programs', async () => {
  const { stdout } = await targets('--region', 'us-south', '--json');
  const items = JSON.parse(stdout) as readonly Record<string, unknown>[];

  expect(items).toContainEqual(
    expect.objectContaining({
      parent_id: 'us-south',
      resource_type: 'provider_cloud_service',
      location: 'us-south',
      fully_qualified_domain_names: ['private.us-south.kms.cloud.ibm.com'],
    }),
  );
  expect(items.filter(({ crn }) => crn === instance.crn)).toEqual([
    {
      parent_id: 'us-south',
      crn: instance.crn,
      name: 'orders-db',
      resource_type: 'provider_cloud_service',
      endpoint_type: '',
      fully_qualified_domain_names: [hostOf(instance)],
      location: 'us-south',
    },
  ]);
});

test.each<[what: string, args: readonly string[], message: RegExp]>([
  ['no region', [], /required option '--region <region>' not specified/],
  ['a zone for a region', ['--region', 'us-south-1'], /must be a region's name/],
  [
    'an account that is not configured',
    ['--region', 'us-south', '--account', 'other'],
    /has no account named other, but default/,
  ],
])('wrong usage: %s', async (_, args, message) => {
  const { code, stdout, stderr } = await targets(...args);

  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('--help helps', async () => {
  const { code, stdout } = await targets('--help');
  const words = ['--region', '--account', 'Exit codes:'];

  expect(code).toBe(0);
  expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
});
