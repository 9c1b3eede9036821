/**
 * What the API server itself says to manifests: the examples are accepted, and every wrong manifest is refused
 * with a message that says what to do. The first line of each file in `wrong-manifests/` holds that message.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { repositoryPath } from '../lib/repository.ts';

/** The first start on a machine builds the programs. */
const firstStartMs = 45 * 60_000;
jest.setTimeout(120_000);

const examples = repositoryPath('deploy', 'examples');
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

/** Name and spec of every object, as the API server holds them. */
function gateways(): unknown {
  const { items } = JSON.parse(kubectl('get', 'endpointgateways', '--output=json').output) as {
    items: { metadata: { name: string }; spec: unknown }[];
  };
  return items.map(({ metadata, spec }) => ({ name: metadata.name, spec }));
}

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
  mustSucceed('apply', '--validate=strict', '--filename', examples);
}, firstStartMs);

afterAll(async () => controlPlane.stop());

describe('the API server', () => {
  test('holds the examples as they are written: applying them again changes nothing', () => {
    expect(kubectl('apply', '--validate=strict', '--filename', examples)).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^(endpointgateway\.vpe-operator\.io\/[-a-z]+ unchanged\n)+$/),
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

  test('fills in the defaults, and a status that kstatus does not take for current', () => {
    const ntp = JSON.parse(kubectl('get', 'epg', 'ntp', '--output=json').output) as unknown;

    expect(ntp).toMatchObject({
      metadata: { generation: 1 },
      spec: { account: 'default', suspend: false },
      status: { observedGeneration: -1 },
    });
  });

  test.each(wrongManifests)('refuses $name', ({ path, message }) => {
    const before = gateways();

    expect(message).not.toBe('');
    expect(kubectl('apply', '--validate=strict', '--filename', path)).toEqual({
      exitCode: 1,
      output: expect.stringContaining(message),
    });
    expect(gateways()).toEqual(before);
  });
});
