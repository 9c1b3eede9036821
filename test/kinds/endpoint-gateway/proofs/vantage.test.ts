/** What can be proven from where: the same name in several VPCs, shared DNS, and an operator that does not know where it is. */
import { describe, expect, it, test } from '@jest/globals';

import type { OwnPlace } from '../../../../src/controller/paths.ts';
import type { Key } from '../../../../src/kube/object.ts';
import type { Vpc } from '../../../cloud/vpc/model.ts';
import { keyProtect, type Scene } from '../scene.ts';
import type { Place } from './proven-scene.ts';
import { useProvenScenes } from './use-proven-scenes.ts';

const { open } = useProvenScenes();

/** A VPC with a subnet. */
function addVpc({ cloud: { control }, account }: Scene, name: string, more: object = {}): Vpc {
  const addressPrefixes = ['10.8.0.0/16', '10.9.0.0/16', '10.10.0.0/16'];
  const vpc = control.seed.vpc({ account, name, addressPrefixes, ...more });
  const cidr = '10.8.0.0/24';
  control.seed.subnet({ account, vpc: name, zone: 'us-south-1', name: `${name}-subnet`, cidr });
  return vpc;
}

async function gatewayIn(scene: Scene, vpc: string, name: string, more: object = {}): Promise<Key> {
  const subnet = vpc === 'vpc' ? 'a1' : `${vpc}-subnet`;
  const key = scene.make(
    { vpc: { name: vpc }, target: { crn: keyProtect }, ips: [{ subnet: { name: subnet } }], ...more },
    name,
  );
  await scene.settle(key);
  return key;
}

function vpcNamed({ area }: Scene, name: string): Vpc {
  const found = [...area.vpcs.values()].find((vpc) => vpc.name === name);
  if (found === undefined) {
    throw new Error(`no VPC ${name}`);
  }
  return found;
}

async function bind({ client }: Scene, spoke: Vpc, hub: Vpc): Promise<void> {
  const body = { vpc: { id: hub.id } };
  const { status } = await client.vpc('POST', `/vpcs/${spoke.id}/dns_resolution_bindings`, { body });
  expect(status).toBe(201);
}

async function delegate({ client }: Scene, spoke: Vpc, hub: Vpc): Promise<void> {
  const body = { dns: { resolver: { type: 'delegated', vpc: { id: hub.id } } } };
  const { status, body: answer } = await client.vpc('PATCH', `/vpcs/${spoke.id}`, { body });
  expect([status, answer]).toMatchObject([200, {}]);
}

/** Security groups let in whoever comes. */
function openGroupsOf({ gateways }: Scene): void {
  gateways.forEach(({ securityGroups }) => securityGroups.clear());
}

/** A virtual server in the scene's VPC. */
function worker({ account, cloud, vpc }: Scene): string {
  return cloud.control.seed.instance({ account, vpc: vpc.id, name: 'worker', zone: 'us-south-1' }).id;
}

const gone = '0717_11111111-1111-4111-8111-111111111111';

const notProvable = { status: 'Unknown', reason: 'NotProvableFromHere' } as const;

describe('two VPCs with the same service', () => {
  it('are each proven, or not provable, on their own answers', async () => {
    const { scene, expectToShow, condition, network } = await open();
    addVpc(scene, 'there');
    const here = await gatewayIn(scene, 'vpc', 'here');
    const there = await gatewayIn(scene, 'there', 'there');
    await expectToShow(here, 'DNSVerified', { status: 'True' });
    await expectToShow(here, 'Reachable', { status: 'True' });
    for (const type of ['DNSVerified', 'Reachable']) {
      expect((await expectToShow(there, type, notProvable)).message).toBe(
        'The operator runs in VPC vpc, which does not share DNS with VPC there',
      );
    }
    // The one that is somebody's own goes wrong; the other one goes on being nobody's business here.
    network.dnsFaults.add({ kind: 'classic' });
    await expectToShow(here, 'DNSVerified', { status: 'False', reason: 'DNSAnswerClassic' });
    await expectToShow(there, 'DNSVerified', notProvable);
    expect(condition(there, 'Ready')).toMatchObject({ status: 'True' });
    const sides = new Set(network.queries.entries().map(({ side }) => side));
    expect(sides).not.toContain(scene.area.vpcs.get('there')?.id);
  });
});

describe('shared DNS', () => {
  it('proves names of a hub to which the own VPC delegates; no route is nobody’s fault', async () => {
    const { scene, expectToShow } = await open();
    const hub = addVpc(scene, 'hub', { enableHub: true });
    await bind(scene, scene.vpc, hub);
    await delegate(scene, scene.vpc, hub);
    const key = await gatewayIn(scene, 'hub', 'in-hub', { dnsResolutionBindingMode: 'Primary' });
    await expectToShow(key, 'DNSVerified', { status: 'True' });
    expect((await expectToShow(key, 'Reachable', notProvable)).message).toContain(
      'whether a route leads from its VPC to VPC hub is not known',
    );
    scene.cloud.control.network.addRoute(scene.vpc.id, hub.id);
    openGroupsOf(scene);
    await expectToShow(key, 'Reachable', { status: 'True' });
  });

  it('proves names of a VPC that is bound to the own one, as long as its gateway is primary', async () => {
    const { scene, expectToShow } = await open((opened) => {
      const hub = addVpc(opened, 'hub', { enableHub: true });
      return { vpc: hub.id };
    });
    const hub = vpcNamed(scene, 'hub');
    await bind(scene, scene.vpc, hub);
    const key = await gatewayIn(scene, 'vpc', 'spoke', { dnsResolutionBindingMode: 'Primary' });
    await expectToShow(key, 'DNSVerified', { status: 'True' });
    scene.edit(key, { dnsResolutionBindingMode: 'Disabled' });
    await scene.settle(key);
    const { message } = await expectToShow(key, 'DNSVerified', notProvable);
    expect(message).toBe('The operator runs in VPC hub, which does not share DNS with VPC vpc');
  });

  it('says so when names lead to another VPC’s gateway', async () => {
    const { scene, expectToShow } = await open();
    const hub = addVpc(scene, 'hub', { enableHub: true });
    await bind(scene, scene.vpc, hub);
    await gatewayIn(scene, 'hub', 'in-hub', { dnsResolutionBindingMode: 'Primary' });
    const own = await gatewayIn(scene, 'vpc', 'own', { dnsResolutionBindingMode: 'Disabled' });
    await delegate(scene, scene.vpc, hub);
    const { message } = await expectToShow(own, 'DNSVerified', { status: 'False', reason: 'DNSAnswerOther' });
    expect(message).toMatch(/ leads to 10\.8\.0\.4, which is of gateway \S+ of VPC hub, not to 10\.0\.0\.4 /);
  });
});

describe('where the operator is', () => {
  it.each<[string, (scene: Scene) => Place]>([
    [
      'by a subnet of its Nodes',
      (scene) => ({ own: { subnetIds: ['0717-unknown', scene.subnet('b2').id] } }),
    ],
    [
      'by a virtual server that is a Node',
      // The first one has been replaced.
      (scene) => ({ own: { instanceIds: [gone, worker(scene)] } }),
    ],
  ])('is known %s', async (_, place) => {
    const { scene, expectToShow } = await open(place);
    const key = await gatewayIn(scene, 'vpc', 'here');
    const { reason } = await expectToShow(key, 'DNSVerified', { status: 'True' });
    expect(reason).toBe('DNSVerified');
  });

  it.each<[string, (scene: Scene) => Place, RegExp]>([
    [
      'nothing tells',
      () => ({ own: {} }),
      /^Neither the configuration nor the cluster's Nodes tell .* set ownVPC/,
    ],
    [
      'the account sees no such virtual server',
      () => ({ own: { instanceIds: [gone] } }),
      /^The account cannot see the cluster's Nodes: set ownVPC/,
    ],
    [
      'the account sees no such subnet',
      () => ({ own: { zones: ['us-south-1'], subnetIds: ['0717-unknown'] } }),
      /^The account cannot see the cluster's Nodes: set ownVPC/,
    ],
    [
      'the Nodes are in another region',
      () => ({ own: { zones: ['eu-de-1'], instanceIds: [gone] } }),
      /^The operator's cluster has no Node in region us-south$/,
    ],
    [
      'the Nodes are in several VPCs',
      (scene) => {
        addVpc(scene, 'second');
        return { own: { subnetIds: [scene.subnet('a1').id, scene.subnet('second-subnet').id] } };
      },
      /^The cluster's Nodes are in 2 VPCs: set ownVPC/,
    ],
  ])('is not known when %s', async (_, place, message) => {
    const { scene, expectToShow, network } = await open(place);
    const from = network.queries.entries().length;
    const key = await gatewayIn(scene, 'vpc', 'here');
    for (const type of ['DNSVerified', 'Reachable']) {
      expect((await expectToShow(key, type, notProvable)).message).toMatch(message);
    }
    expect(network.queries.entries()).toHaveLength(from);
  });
});

test('a cloud that cannot be asked now changes nothing about what was proven', async () => {
  const { scene, expectToShow, condition } = await open((opened) => ({
    own: { instanceIds: [worker(opened)] },
  }));
  const key = await gatewayIn(scene, 'vpc', 'here');
  const before = await expectToShow(key, 'DNSVerified', { status: 'True' });
  scene.restart();
  scene.cloud.control.faults.add({ operation: 'get_instance', status: 500 });
  await scene.pass(key);
  expect(condition(key, 'DNSVerified')).toEqual(before);
});

test('Nodes that cannot be listed now change nothing about what was proven', async () => {
  let place: OwnPlace | undefined;
  const { scene, expectToShow, condition, again } = await open(({ vpc }) => {
    place = { vpcID: vpc.id, zones: [], subnetIds: [], instanceIds: [] };
    return { tell: () => place };
  });
  const key = await gatewayIn(scene, 'vpc', 'here', { verify: { dns: true, required: true } });
  const before = await expectToShow(key, 'DNSVerified', { status: 'True' });
  await expectToShow(key, 'Reachable', { status: 'True' });
  place = undefined;
  await scene.pass(key);
  expect(condition(key, 'DNSVerified')).toEqual(before);
  expect(condition(key, 'Ready')).toMatchObject({ status: 'True' });
  expect(again).toEqual([key]);
});

test('a VPC that is closed to the account’s objects is not named to them', async () => {
  const { scene, expectToShow } = await open((opened) => {
    const hub = addVpc(opened, 'closed-hub', { enableHub: true });
    return { own: { vpcID: hub.id } };
  });
  scene.restart({ allowedVPCs: [scene.vpc.id] });
  const apart = await gatewayIn(scene, 'vpc', 'here');
  expect((await expectToShow(apart, 'DNSVerified', notProvable)).message).toBe(
    'The operator runs in another VPC, which does not share DNS with VPC vpc',
  );
});
