/** Gateways that are as they should be, though little can be proven of them: none is kept from Ready unless it asks for it. */
import { beforeEach, describe, expect, it, test } from '@jest/globals';

import type { Condition } from '../../../../src/controller/conditions.ts';
import type { Key } from '../../../../src/kube/object.ts';
import { until } from '../../../lib/until.ts';
import { keyProtect, type Changes, type Scene } from '../scene.ts';
import { pass } from '../use-scenes.ts';
import { convergenceMs, type ProvenScene } from './proven-scene.ts';
import { useProvenScenes } from './use-proven-scenes.ts';

const { open } = useProvenScenes();
let proven: ProvenScene;

beforeEach(async () => {
  proven = await open();
});

interface Sample {
  readonly spec: (scene: Scene) => Changes;
  readonly dns: Partial<Condition>;
  readonly reach: Partial<Condition>;
  /** What it comes to when its proofs are required. */
  readonly required: string;
}

const yes = { status: 'True' } as const;
const notProbed = { status: 'Unknown', reason: 'NotProbed' } as const;
const ips = [{ subnet: { name: 'a1' } }];

/** The CRN of an instance that answers on these ports. */
function database(
  { account, cloud }: Scene,
  hosts: readonly string[],
  port: readonly [number, number],
): string {
  const { crn } = cloud.control.seed.serviceInstance({
    account,
    name: 'orders',
    service: 'databases-for-postgresql',
    virtualPrivateEndpoints: {
      dns_domain: `${account}.private.databases.appdomain.cloud`,
      dns_hosts: [...hosts],
      endpoints: [{ ip_address: '166.9.1.1', zone: 'us-south-1' }],
      origin_type: 'cse',
      ports: [{ port_min: port[0], port_max: port[1] }],
    },
  });
  return crn;
}

/** A published service of another account, which permits everybody. */
function offer({ account: consumer, cloud }: Scene): string {
  const account = `provider-of-${consumer}`;
  const { seed } = cloud.control;
  seed.account(account);
  seed.vpc({ account, name: 'offers' });
  return seed.privatePath({
    account,
    vpc: 'offers',
    name: 'reports',
    serviceEndpoints: [`${account}.partner.example`],
    defaultAccessPolicy: 'permit',
    published: true,
  }).crn;
}

const samples: readonly (readonly [string, Sample])[] = [
  [
    'NTP, which takes no connections',
    {
      spec: () => ({ target: { infrastructure: 'ibm-ntp-server' }, ips }),
      dns: yes,
      reach: notProbed,
      required: 'settled',
    },
  ],
  [
    'Private Path, whose ports only its provider knows',
    {
      spec: (scene) => ({ target: { privatePathServiceGateway: { crn: offer(scene) } }, ips }),
      dns: yes,
      reach: notProbed,
      required: 'settled',
    },
  ],
  [
    'a database, on the port that it advertises',
    {
      spec: (scene) => ({ target: { crn: database(scene, ['a'], [31_234, 31_234]) }, ips }),
      dns: yes,
      reach: { ...yes, message: 'Each address answers: port 31234 of 10.0.0.4 (us-south-1)' },
      required: 'settled',
    },
  ],
  [
    'a database that advertises a range of ports',
    {
      spec: (scene) => ({ target: { crn: database(scene, ['a'], [30_000, 32_767]) }, ips }),
      dns: yes,
      reach: notProbed,
      required: 'settled',
    },
  ],
  [
    'names that are all wildcards, and a range of ports',
    {
      spec: (scene) => ({ target: { crn: database(scene, ['*'], [30_000, 32_767]) }, ips }),
      dns: notProbed,
      reach: notProbed,
      required: 'stalled NotProbed',
    },
  ],
  [
    'a tight security group',
    {
      spec: () => ({ target: { crn: keyProtect }, ips, securityGroups: [{ name: 'group-1' }] }),
      dns: yes,
      reach: { status: 'False', reason: 'ConnectTimeout' },
      required: 'waiting ConnectTimeout',
    },
  ],
  [
    'no address',
    {
      spec: () => ({ target: { crn: keyProtect }, ips: [] }),
      dns: { status: 'Unknown', reason: 'NoAddress' },
      reach: { status: 'Unknown', reason: 'NoAddress' },
      required: 'stalled NoAddress',
    },
  ],
];

describe.each(samples)('%s', (_, { spec, dns, reach, required }) => {
  it('is Ready', async () => {
    const { scene, condition, expectToShow } = proven;
    const key = scene.make(spec(scene));
    await scene.settle(key);
    expect(await expectToShow(key, 'DNSVerified', dns)).toMatchObject(dns);
    expect(await expectToShow(key, 'Reachable', reach)).toMatchObject(reach);
    expect(condition(key, 'Ready')).toMatchObject({ status: 'True', reason: 'Succeeded' });
  });

  it(`comes to ${required} when proofs are required`, async () => {
    const { scene, expectToShow } = proven;
    const key = scene.make({ ...spec(scene), verify: { dns: true, required: true } });
    await expectToShow(key, 'DNSVerified', dns);
    await expectToShow(key, 'Reachable', reach);
    expect(await cameTo(scene, key)).toBe(required);
  });
});

/** What it comes to once the cloud has done its part, and everything that can be is proven. */
async function cameTo(scene: Scene, key: Key): Promise<string> {
  return until(
    async () => {
      scene.advance();
      const what = await pass(scene, key);
      return ['acted', 'waiting Progressing', 'waiting Proving'].includes(what) ? undefined : what;
    },
    { what: 'the cloud and the proofs are done' },
  );
}

test('a required proof that goes on failing stalls after its time, and heals', async () => {
  const { scene, network, expectToShow } = proven;
  const key = scene.make({ target: { crn: keyProtect }, ips, verify: { dns: true, required: true } });
  const fault = network.dnsFaults.add({ kind: 'nxdomain', side: scene.vpc.id });
  await expectToShow(key, 'DNSVerified', { status: 'False' });
  expect(await pass(scene, key)).toBe('waiting DNSNoAnswer');
  scene.advance(convergenceMs);
  expect(await pass(scene, key)).toBe('stalled DNSNoAnswer');
  network.dnsFaults.clear(fault);
  await expectToShow(key, 'Ready', { status: 'True', reason: 'Succeeded' });
});
