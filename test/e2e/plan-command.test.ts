/** `vpe-operator plan` through the built program, and that it writes nothing anywhere. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';

import { operatorConfig } from '../cloud/operator-config.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { type AuditEntry, isWrite, readAudit } from '../harness/audit.ts';
import { type CommandRun, runCommand } from '../harness/command.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { gatewayManifest, type GatewayManifest, networkOf } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';

jest.setTimeout(180_000);

let world: World;
let configFile: string;
let namespace: string;

beforeAll(async () => {
  world = await startWorld();
  namespace = await world.namespace();
  configFile = await configure('config.yaml', {});
}, firstStartMs);

afterAll(async () => world.stop());

async function configure(name: string, changes: object): Promise<string> {
  const path = join(dirname(world.apiKeyFile), name);
  await writeFile(path, stringify({ ...(await operatorConfig(world.cloud)), ...changes }));
  return path;
}

async function run(args: readonly string[], input = '', config = configFile): Promise<CommandRun> {
  return runCommand(args, { config, kubeconfig: world.plane.kubeconfig, input });
}

function yaml(...manifests: readonly object[]): string {
  return manifests.map((manifest) => stringify(manifest)).join('---\n');
}

async function plan(manifests: readonly object[], ...args: readonly string[]): Promise<CommandRun> {
  return run(['plan', '-f', '-', '-n', namespace, ...args], yaml(...manifests));
}

/** Writes to the cloud by anybody, and to the cluster by the command, by its user agent; and what is wanted there. */
async function written(): Promise<object> {
  const audit = await readAudit(world.plane.auditLog);
  const specs = ['-o', 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec}{"\\n"}{end}'];
  return {
    cloud: world.cloud.control.requestLog
      .entries()
      .filter(
        ({ method, service, operation }) => method !== 'GET' && service !== 'iam' && operation !== 'search',
      ),
    cluster: audit.filter(isOfCommand).filter((entry) => isWrite(entry) && !isDryRun(entry)),
    specs: await world.kubectl(['get', 'epg', '-A', ...specs]),
  };
}

function isOfCommand({ userAgent }: AuditEntry): boolean {
  return userAgent?.includes('(plan)') === true;
}

function isDryRun({ requestURI }: AuditEntry): boolean {
  return requestURI?.includes('dryRun=All') === true;
}

describe('plan', () => {
  test('of what is not there yet says what would be made, and makes nothing', async () => {
    const before = await written();
    const { subnets } = networkOf(world.cloud);
    const { code, stdout, stderr } = await plan([
      gatewayManifest('orders', { name: 'orders', ips: [{ subnet: { id: subnets[1][0] } }] }),
      gatewayManifest('observed', { name: 'observed', managementPolicy: 'Observe' }),
    ]);

    expect(stderr).toBe('');
    expect(stdout).toMatch(
      new RegExp(`^EndpointGateway ${namespace}/orders: \\d+ to do\\n  - create gateway orders`),
    );
    expect(stdout).toMatch(/vpe-operator:[-0-9a-f]+:<uid>/);
    expect(stdout).toContain(`EndpointGateway ${namespace}/observed: `);
    expect(stdout).toContain('(only observed)');
    expect(code).toBe(3);
    expect(await written()).toEqual(before);
    const audit = await readAudit(world.plane.auditLog);
    expect(audit.filter(isOfCommand).filter(isDryRun)).not.toEqual([]);
  });

  test('gives programs the same', async () => {
    const { code, stdout } = await plan([gatewayManifest('orders', { name: 'orders' })], '--json');
    const { items } = JSON.parse(stdout) as { items: readonly Record<string, unknown>[] };

    expect(code).toBe(3);
    expect(items).toMatchObject([
      { kind: 'EndpointGateway', namespace, name: 'orders', result: 'ToDo', reason: 'Differs' },
    ]);
    expect(items[0]?.['actions']).toEqual(
      expect.arrayContaining([{ action: expect.stringContaining('create gateway orders') }]),
    );
  });

  test('tells what the API server tells, rules included, for each object that it refuses', async () => {
    const { code, stdout } = await plan([
      gatewayManifest('no-vpc', { vpc: {} }),
      gatewayManifest('wrong-region', { region: 'us-south-1' }),
      { ...gatewayManifest('misspelt'), spec: { ...gatewayManifest('misspelt').spec, sekurityGroups: [] } },
      gatewayManifest('fine'),
    ]);

    expect(stdout).toMatch(/no-vpc: invalid:\n    spec\.vpc: .*exactly one of/);
    expect(stdout).toMatch(/wrong-region: invalid:\n    spec\.region: .*must be a region's name/);
    expect(stdout).toMatch(/misspelt: invalid:\n    .*unknown field "spec\.sekurityGroups"/);
    expect(stdout).toMatch(/fine: \d+ to do/);
    expect(code).toBe(2);
  });

  test('names what stands in the way', async () => {
    const nowhere = 'nowhere-to-be-found';
    const { code, stdout } = await plan([
      gatewayManifest('elsewhere', { vpc: { name: nowhere } }),
      gatewayManifest('suspended', { suspend: true }),
    ]);

    expect(stdout).toMatch(new RegExp(`elsewhere: problem: VPCNotFound: .*${nowhere}`));
    expect(stdout).toMatch(/suspended: nothing to do: /);
    expect(code).toBe(1);
    const strange = await run(['plan', '-f', '-', '-n', 'no-such-namespace'], yaml(gatewayManifest('a')));
    expect(strange.stdout).toMatch(
      /no-such-namespace\/a: problem: .*namespaces "no-such-namespace" not found/,
    );
    expect(strange.code).toBe(1);
  });

  test('finds services and instances by the names that `vpe-operator targets` shows', async () => {
    world.cloud.control.seed.serviceInstance({ name: 'orders-db', service: 'databases-for-postgresql' });
    const { code, stdout } = await plan([
      gatewayManifest('kms', { name: 'kms', target: { service: { name: 'kms' } } }),
      gatewayManifest('instance', { name: 'instance', target: { service: { name: 'orders-db' } } }),
    ]);

    expect(stdout).toContain('create gateway kms');
    expect(stdout).toContain('create gateway instance');
    expect(code).toBe(3);
  });

  test('honours what the configuration does not allow', async () => {
    const { accounts } = await operatorConfig(world.cloud);
    const narrow = await configure('narrow.yaml', {
      accounts: [
        { ...accounts[0], allowedVerbs: ['delete'] },
        { ...accounts[0], name: 'closed', allowedNamespaces: [] },
      ],
    });
    const input = yaml(gatewayManifest('forbidden'), gatewayManifest('closed', { account: 'closed' }));
    const { code, stdout } = await run(['plan', '-f', '-', '-n', namespace], input, narrow);

    expect(stdout).toMatch(/forbidden: problem: NotAllowed: .*does not allow create.*\n  - create gateway/);
    expect(stdout).toMatch(/closed: problem: NotAllowed: account closed is not open to namespace/);
    expect(code).toBe(1);
  });

  describe('of what is applied', () => {
    let manifest: GatewayManifest;

    beforeAll(async () => {
      await world.startOperator();
      const { subnets } = networkOf(world.cloud);
      manifest = gatewayManifest('applied', {
        name: 'applied',
        ips: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[2][0] } }],
      });
      await world.watch.until(await world.apply(namespace, manifest), 'is Ready', isReady);
    });

    test('is nothing to do, by its status', async () => {
      expect(await plan([manifest])).toEqual({
        code: 0,
        stdout: `EndpointGateway ${namespace}/applied: nothing to do\n`,
        stderr: '',
      });
    });

    test('is what the file changes, though the object has more; and nothing is changed', async () => {
      const before = await written();
      const [first] = manifest.spec.ips ?? [];
      const changed = { ...manifest, spec: { ...manifest.spec, name: 'renamed', ips: [first] } };
      const { code, stdout } = await plan([changed]);

      expect(stdout).toContain('rename gateway applied to renamed');
      expect(stdout).toMatch(/unbind .*destructive/);
      expect(code).toBe(3);
      expect(await written()).toEqual(before);
    });

    test('is refused where the file changes what cannot be changed', async () => {
      const { code, stdout } = await plan([{ ...manifest, spec: { ...manifest.spec, region: 'eu-de' } }]);

      expect(stdout).toMatch(/applied: invalid:\n    spec\.region: .*cannot change/);
      expect(code).toBe(2);
    });

    test('takes what kubectl prints, other kinds beside it', async () => {
      const printed = await world.kubectl(['get', 'epg', '-n', namespace, '-o', 'yaml']);
      const others = yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const { code, stdout, stderr } = await run(['plan', '-f', '-'], `${others}---\n${printed}`);

      expect(stdout).toBe(`EndpointGateway ${namespace}/applied: nothing to do\n`);
      expect(stderr).toContain(`skipped Namespace ${namespace} (v1)`);
      expect(code).toBe(0);
    });
  });

  test.each<[what: string, args: readonly string[], input: string, message: RegExp]>([
    ['no file', ['plan'], '', /required option '-f, --filename <path>' not specified/],
    ['a file that is not there', ['plan', '-f', '/nowhere.yaml'], '', /cannot be read: .*\/nowhere\.yaml/],
    ['an empty file', ['plan', '-f', '-'], '', /holds no object of this operator/],
    ['bad YAML', ['plan', '-f', '-'], 'a: [', /document 1 is not YAML/],
    ['an unknown option', ['plan', '-f', '-', '--force'], '', /unknown option '--force'/],
    ['an unknown command', ['plam'], '', /too many arguments|unknown command/],
  ])('wrong usage: %s', async (_, args, input, message) => {
    const { code, stdout, stderr } = await run(args, input);

    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test.each([
  [['--help'], ['targets', 'plan', '--config']],
  [
    ['plan', '--help'],
    ['--filename', 'Exit codes:', '3  something to do'],
  ],
])('%j helps', async (args, words) => {
  const { code, stdout } = await run(args);

  expect(code).toBe(0);
  expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
});
