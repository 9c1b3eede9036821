/** A gateway that somebody uses keeps what they need of it, until somebody says otherwise (design §5.4, PathInUse). */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { OwnPlace, Path } from '../../../src/controller/paths.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { noPaths } from '../../controller/no-paths.ts';
import type { Changes, Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

const iam = targetCrn('iam');
const user = 'the operator itself, which calls private.iam.cloud.ibm.com (IBMCLOUD_IAM_API_ENDPOINT)';

/** The operator calls IAM by its private name. */
const usersOf = ({ names }: Path): readonly string[] =>
  names.includes('private.iam.cloud.ibm.com') ? [user] : [];

function place(own: Partial<OwnPlace>): void {
  const ownPlace = async (): Promise<OwnPlace> => ({ zones: [], subnetIds: [], instanceIds: [], ...own });
  scene.pathsOf = () => ({ ...noPaths, usersOf, ownPlace });
}

beforeEach(() => place({ vpcID: scene.vpc.id }));

async function settled(changes: Changes = {}): Promise<Key> {
  const key = scene.make({
    target: { crn: iam },
    ips: [{ subnet: { name: 'a1' } }, { subnet: { name: 'a2' } }],
    securityGroups: [{ name: 'group-1' }],
    recreatePolicy: 'WhenRequired',
    ...changes,
  });
  await scene.settle(key);
  return key;
}

const readyOf = (key: Key): string =>
  findCondition(scene.read(key).status?.conditions, 'Ready')?.message ?? '';

describe.each<[string, (key: Key) => void, RegExp]>([
  ['deletion', (key) => scene.kube.delete(key), /^To delete gateway \S+ is held back/],
  [
    'another target',
    (key) => scene.edit(key, { target: { crn: targetCrn('key-protect') } }),
    /^To delete gateway \S+, to create it anew is held back/,
  ],
  ['the last addresses', (key) => scene.edit(key, { ips: [] }), /^To unbind address 10\.[01]\.0\.\d+ /],
  [
    'another security group',
    (key) => scene.edit(key, { securityGroups: [{ name: 'group-2' }] }),
    /^To detach security group \S+ is held back/,
  ],
])('%s', (_, change, words) => {
  it('is held back with nothing written, and named with who uses the way', async () => {
    const key = await settled();
    const { id, lifecycleState } = scene.gateway;
    const from = scene.lastRequest;
    change(key);
    for (let passes = 0; passes < 3; passes += 1) {
      expect(await pass(scene, key)).toBe('waiting PathInUse');
      scene.advance();
    }
    expect(scene.writes(from)).toEqual([]);
    expect(scene.gateway).toMatchObject({ id, lifecycleState });
    expect(readyOf(key)).toMatch(words);
    expect(readyOf(key)).toContain(`since the gateway is used by ${user}.`);
  });

  it('is carried out once the annotation names the generation', async () => {
    const key = await settled();
    change(key);
    const { generation } = scene.read(key).metadata;
    scene.kube.annotate(key, { 'vpe-operator.io/release-path': `${(generation ?? 0) - 1}` });
    expect(await pass(scene, key)).toBe('waiting PathInUse');
    expect(readyOf(key)).toContain(`vpe-operator.io/release-path: "${generation}"`);
    scene.kube.annotate(key, { 'vpe-operator.io/release-path': `${generation}` });
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(scene.writes(from)).not.toEqual([]);
  });
});

it('holds back an only address that moves within its zone, which has none in between', async () => {
  const key = await settled({ ips: [{ subnet: { name: 'a1' } }] });
  scene.edit(key, { ips: [{ subnet: { name: 'b1' } }] });
  expect(await pass(scene, key)).toBe('waiting PathInUse');
  scene.edit(key, { ips: [{ subnet: { name: 'b2' } }] });
  await scene.settle(key);
});

it.each<[string, Changes]>([
  ['an address in another zone', { ips: ['a1', 'a2', 'a3'].map((name) => ({ subnet: { name } })) }],
  ['one address of two', { ips: [{ subnet: { name: 'a1' } }] }],
  ['all addresses, for others', { ips: [{ subnet: { name: 'b1' } }, { subnet: { name: 'b2' } }] }],
  ['one security group more', { securityGroups: [{ name: 'group-1' }, { name: 'group-2' }] }],
  ['a name', { name: 'another' }],
  ['tags', { tags: ['env:prod'] }],
])('%s is no reason to hold anything back', async (_, changes) => {
  const key = await settled();
  scene.edit(key, changes);
  await scene.settle(key);
  expect(readyOf(key)).toBe('The cloud matches the spec');
});

describe('who uses it', () => {
  it('is nobody where the operator is in another VPC that shares no DNS', async () => {
    const key = await settled();
    place({ vpcID: scene.otherVpc().id });
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it('may be the operator where nobody knows where it is', async () => {
    const key = await settled();
    place({});
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('waiting PathInUse');
  });

  it('may be the operator where that cannot be read now', async () => {
    const key = await settled();
    place({ instanceIds: ['0717_11111111-1111-4111-8111-111111111111'] });
    scene.kube.delete(key);
    scene.cloud.control.faults.add({ operation: 'get_instance', status: 500 });
    expect(await pass(scene, key)).toBe('waiting PathInUse');
  });

  it('is the operator where its Nodes are in a subnet of the VPC', async () => {
    const key = await settled();
    place({ subnetIds: [scene.subnet('b3').id] });
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('waiting PathInUse');
  });

  it('is nobody of a gateway to another service', async () => {
    const key = await settled({ target: { crn: targetCrn('key-protect') } });
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });
});

it('is no matter for a gateway that is only observed: its plan says what would be done', async () => {
  const key = await settled();
  scene.edit(key, { managementPolicy: 'Observe', securityGroups: [{ name: 'group-2' }] });
  expect(await pass(scene, key)).toBe('differs');
  expect(scene.read(key).status?.plan?.total).toBe(2);
});

it('shows what is held back in the plan, and what waits with it', async () => {
  const key = await settled();
  scene.edit(key, { tags: ['env:prod'], securityGroups: [{ name: 'group-2' }] });
  expect(await pass(scene, key)).toBe('waiting PathInUse');
  const actions = scene.read(key).status?.plan?.actions.map(({ action }) => action.split(' ')[0]);
  expect(actions).toEqual(['attach', 'detach', 'attach']);
});

it.each(['own', 'another', 'nobody knows which'])(
  'holds back another DNS mode from %s VPC',
  async (where) => {
    const hub = scene.cloud.control.seed.vpc({ account: scene.account, name: 'hub', enableHub: true });
    const body = { vpc: { id: hub.id } };
    await scene.client.vpc('POST', `/vpcs/${scene.vpc.id}/dns_resolution_bindings`, { body });
    const key = await settled({ dnsResolutionBindingMode: 'Primary' });
    place(where === 'own' ? { vpcID: scene.vpc.id } : where === 'another' ? { vpcID: hub.id } : {});
    scene.edit(key, { dnsResolutionBindingMode: 'Disabled' });
    expect(await pass(scene, key)).toBe('waiting PathInUse');
  },
);

it('leaves a gateway be that stays when its object goes', async () => {
  const key = await settled({ deletionPolicy: 'Retain' });
  scene.kube.delete(key);
  await scene.settle(key);
  expect(scene.gateways).toHaveLength(1);
});
