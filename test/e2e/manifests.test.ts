/**
 * What the API server itself says to manifests: the examples are accepted, and every wrong manifest is refused
 * with a message that says what to do. The first line of each file in `wrong-manifests/` holds that message.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseCrd, type Schema } from '../../src/codegen/crd.ts';
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { repositoryPath } from '../lib/repository.ts';

/** The first start on a machine builds the programs. */
const firstStartMs = 45 * 60_000;
jest.setTimeout(120_000);

/** Folders; `kubectl` does not look into those within. */
const examples = [repositoryPath('deploy', 'examples'), repositoryPath('deploy', 'examples', 'policies')];
const wrongManifests = readdirSync(repositoryPath('test', 'e2e', 'wrong-manifests')).map((file) => {
  const path = repositoryPath('test', 'e2e', 'wrong-manifests', file);
  const [, message = ''] = /^# refused: (.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  return { name: basename(file, '.yaml'), path, message };
});

let controlPlane: ControlPlane;

interface Answer {
  readonly exitCode: number | null;
  readonly output: string;
}

function kubectl(...parameters: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(join(controlPlane.bin, 'kubectl'), parameters, {
    env: {
      KUBECONFIG: controlPlane.kubeconfig,
      // What kubectl knows of another API server that had this port would be wrong here.
      KUBECACHEDIR: join(dirname(controlPlane.kubeconfig), 'kubectl-cache'),
    },
    encoding: 'utf8',
  });
  return { exitCode: status, output: stdout + stderr };
}

/** Kind, name and spec of every object, as the API server holds them. */
function objects(): unknown {
  const { items } = JSON.parse(kubectl('get', 'ibmcloud', '--output=json').output) as {
    items: { kind: string; metadata: { name: string }; spec: unknown }[];
  };
  return items.map(({ kind, metadata, spec }) => ({ kind, name: metadata.name, spec }));
}

const applied = (...folders: readonly string[]): readonly string[] =>
  ['apply', '--validate=strict'].concat(folders.flatMap((folder) => ['--filename', folder]));

function mustSucceed(...parameters: string[]): void {
  const { exitCode, output } = kubectl(...parameters);
  if (exitCode !== 0) {
    throw new Error(`kubectl ${parameters.join(' ')}: ${output}`);
  }
}

beforeAll(async () => {
  controlPlane = await startControlPlane();
  mustSucceed('apply', '--filename', repositoryPath('crds'));
  mustSucceed('wait', '--for=condition=Established', 'customresourcedefinitions', '--all');
  mustSucceed(...applied(...examples));
}, firstStartMs);

afterAll(async () => controlPlane.stop());

describe('the API server', () => {
  test('holds the examples as they are written: applying them again changes nothing', () => {
    expect(kubectl(...applied(...examples))).toEqual({
      exitCode: 0,
      output: expect.stringMatching(
        /^(endpointgateway\.vpe-operator\.io\/[-a-z]+ unchanged\n)+(hpcsnetworkpolicy\.vpe-operator\.io\/[-a-z]+ unchanged\n)+$/,
      ),
    });
  });

  test('shows the columns of a gateway that nobody has looked at yet', () => {
    const [header] = kubectl('get', 'epg', '--output=wide').output.split('\n');

    expect(header?.split(/\s+/)).toEqual([
      'NAME',
      'STATE',
      'READY',
      'TARGET',
      'IPS',
      'VPC',
      'REASON',
      'AGE',
      'ID',
      'HEALTH',
      'ZONES',
      'DNS',
      'REACHABLE',
    ]);
  });

  test('shows the columns of a policy that nobody has looked at yet', () => {
    const [header] = kubectl('get', 'hnp', '--output=wide').output.split('\n');

    expect(header?.split(/\s+/)).toEqual([
      'NAME',
      'ACCESS',
      'STATE',
      'READY',
      'PRIVATE',
      'PUBLIC',
      'REASON',
      'AGE',
      'INSTANCE',
      'ENFORCED',
    ]);
  });

  test('fills in the guard of a policy', () => {
    const opened = JSON.parse(kubectl('get', 'hnp', 'hsm-open', '--output=json').output) as unknown;

    expect(opened).toMatchObject({
      spec: {
        initializationAsserted: false,
        lockoutGuard: { successes: 3, window: '60s', verifyTimeout: '60s' },
        deletionPolicy: 'Retain',
      },
      status: { observedGeneration: -1 },
    });
  });

  test('fills in the defaults, and a status that kstatus does not take for current', () => {
    const ntp = JSON.parse(kubectl('get', 'epg', 'ntp', '--output=json').output) as unknown;

    expect(ntp).toMatchObject({
      metadata: { generation: 1 },
      spec: { account: 'default', suspend: false },
      status: { observedGeneration: -1 },
    });
  });

  test.each(wrongManifests)('refuses $name', ({ path, message }) => {
    const before = objects();

    expect(message).not.toBe('');
    expect(kubectl(...applied(path))).toEqual({
      exitCode: 1,
      output: expect.stringContaining(message),
    });
    expect(objects()).toEqual(before);
  });
});

/** What the API server says where a field breaks a rule of its schema, or has none of the values that it may have. */
function* complaints({ properties = {}, enum: values, ...schema }: Schema): Generator<string> {
  for (const { message = '' } of schema['x-kubernetes-validations'] ?? []) {
    yield message;
  }
  if (values !== undefined) {
    yield `supported values: ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  for (const field of Object.values(properties)) {
    yield* complaints(field);
  }
}

test('each rule and each enumeration of a policy is broken by some manifest', () => {
  const source = readFileSync(repositoryPath('crds', 'hpcsnetworkpolicies.yaml'), 'utf8');
  const { spec = {} } = parseCrd(source, 'HpcsNetworkPolicy').schema.properties ?? {};
  const heard = wrongManifests.filter(({ name }) => name.startsWith('policy-'));
  const unheard = [...complaints(spec)].filter(
    (complaint) => !heard.some(({ message }) => message.includes(complaint)),
  );

  expect(unheard).toEqual([]);
});
