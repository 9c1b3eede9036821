/** What no call can change is deleted and made anew, where the spec allows it and nothing stands in the way. */
import { expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { keyProtect, type Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

const iam = targetCrn('iam');

it('WhenRequired replaces the gateway, and deletes the old one first', async () => {
  const key = scene.make({ recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  const { id } = scene.gateway;
  const from = scene.lastRequest;
  scene.edit(key, { target: { crn: iam } });
  expect(await pass(scene, key)).toBe('waiting Recreating');
  expect(scene.read(key).status).toMatchObject({ recreate: { id } });
  await scene.settle(key);
  expect(scene.writes(from)).toEqual(['delete_endpoint_gateway', 'create_endpoint_gateway', 'attach_tag']);
  expect(scene.gateway.target.key).toBe(iam);
  expect(scene.read(key).status).not.toHaveProperty('recreate');
  expect(scene.read(key).status?.target).toBe(iam);
});

it('keeps the old gateway while another one has the new target', async () => {
  const theirs = scene.foreignGateway({ name: 'theirs', crn: iam });
  const key = scene.make({ recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { target: { crn: iam } });
  expect(await pass(scene, key)).toBe('waiting Collision');
  expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toContain(theirs.id);
  expect(scene.writes(from)).toEqual([]);
});

it('keeps the old gateway while the new spec cannot be resolved', async () => {
  const key = scene.make({ recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { vpc: { name: 'no-such-vpc' } });
  expect(await pass(scene, key)).toBe('waiting VPCNotFound');
  expect(scene.writes(from)).toEqual([]);
  expect(scene.gateway.target.key).toBe(keyProtect);
});

it('keeps the old gateway where adoptionPolicy Required lets none be created', async () => {
  scene.foreignGateway({ name: 'theirs', crn: keyProtect });
  const key = scene.make({ adoptionPolicy: 'Required', recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { target: { crn: iam } });
  expect(await pass(scene, key)).toBe('stalled RecreateRequired');
  expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toBe(
    `The gateway has target ${keyProtect}, which cannot be changed, and adoptionPolicy Required lets none be created: undo the change, or set adoptionPolicy IfExists or Never`,
  );
  expect(scene.writes(from)).toEqual([]);
});

it('leaves alone what somebody else made and what could only be replaced', async () => {
  const { id } = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
  const group = scene.cloud.control.seed.resourceGroup({ account: scene.account, name: 'networking' });
  const key = scene.make({
    adoptionPolicy: 'IfExists',
    recreatePolicy: 'WhenRequired',
    resourceGroup: { id: group.id },
  });
  expect(await pass(scene, key)).toBe('stalled RecreateRequired');
  expect(scene.writes()).toEqual([]);
  expect(scene.gateway.id).toBe(id);
});

it('makes its own where it replaces one that it had adopted', async () => {
  scene.foreignGateway({ name: 'theirs', crn: keyProtect });
  const key = scene.make({ adoptionPolicy: 'IfExists', recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  scene.edit(key, { target: { crn: iam } });
  await scene.settle(key);
  expect(scene.gateway.target.key).toBe(iam);
  expect(scene.read(key).status?.origin).toBe('Created');
  scene.kube.delete(key);
  await scene.settle(key);
  expect(scene.gateways).toEqual([]);
});

it('takes over the address that the old gateway leaves under the name that is asked for', async () => {
  const subnet = { id: scene.subnet('a1').id };
  const key = scene.make({
    recreatePolicy: 'WhenRequired',
    ips: [{ subnet, name: 'front-door', autoDelete: false }],
  });
  await scene.settle(key);
  const [kept] = scene.read(key).status?.ips ?? [];
  scene.edit(key, { target: { crn: iam } });
  await scene.settle(key);
  expect([...scene.gateway.ips.values()].map(({ id }) => id)).toEqual([kept?.id]);
});

it('keeps the old gateway where a reserved IP that is asked for would go with it', async () => {
  const key = scene.make({ recreatePolicy: 'WhenRequired', ips: [{ subnet: { name: 'a1' } }] });
  await scene.settle(key);
  const [ip] = scene.read(key).status?.ips ?? [];
  const from = scene.lastRequest;
  scene.edit(key, { target: { crn: iam }, ips: [{ reservedIP: { id: ip?.id ?? '' } }] });
  expect(await pass(scene, key)).toBe('stalled RecreateRequired');
  expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toContain(
    `reserved IP ${ip?.id} would be deleted with it: set its auto_delete to false, or take it out of ips`,
  );
  expect(scene.writes(from)).toEqual([]);
});

it('keeps the old gateway where its addresses are not of the new VPC', async () => {
  const kept = scene.reservedIP('a1', 'kept');
  const other = scene.otherVpc();
  const key = scene.make({ recreatePolicy: 'WhenRequired', ips: [{ reservedIP: { id: kept.id } }] });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { vpc: { id: other.id } });
  expect(await pass(scene, key)).toBe('waiting ReservedIPNotFound');
  expect(scene.writes(from)).toEqual([]);
});

it('keeps the old gateway where a name comes to mean something else though nobody edited it', async () => {
  const key = scene.make({ vpc: { name: 'vpc' }, recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  scene.vpc.name = 'renamed';
  scene.otherVpc().name = 'vpc';
  scene.advance(700_000);
  const from = scene.lastRequest;
  scene.edit(key, { tags: ['x'] });
  await scene.settle(key);
  expect(scene.writes(from)).toEqual(['attach_tag']);
});

it('keeps the old gateway where the new target is being given up', async () => {
  const { seed } = scene.cloud.control;
  const orders = { account: scene.account, name: 'orders', service: 'databases-for-postgresql' };
  const { crn } = seed.serviceInstance({ ...orders, state: 'pending_reclamation' });
  const key = scene.make({ recreatePolicy: 'WhenRequired' });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { target: { crn } });
  expect(await pass(scene, key)).toBe('waiting TargetNotFound');
  expect(scene.writes(from)).toEqual([]);
});

it('keeps the old gateway where another has its name in the new VPC', async () => {
  const other = scene.otherVpc();
  scene.cloud.control.seed.endpointGateway({
    account: scene.account,
    prototype: {
      name: 'mine',
      vpc: { id: other.id },
      target: { resource_type: 'provider_cloud_service', crn: iam },
    },
  });
  const key = scene.make({ recreatePolicy: 'WhenRequired', name: 'mine' });
  await scene.settle(key);
  const from = scene.lastRequest;
  scene.edit(key, { vpc: { id: other.id } });
  expect(await pass(scene, key)).toBe('waiting Collision');
  expect(scene.writes(from)).toEqual([]);
});

it('waits 6 minutes where the VPC shares its DNS', async () => {
  scene.vpc.enableHub = true;
  const key = scene.make({ recreatePolicy: 'WhenRequired', dnsResolutionBindingMode: 'Primary' });
  await scene.settle(key);
  scene.edit(key, { target: { crn: iam } });
  expect(await pass(scene, key)).toBe('waiting Recreating');
  scene.advance();
  expect(await pass(scene, key)).toBe('waiting DNSSettling');
  expect(scene.read(key).status).toHaveProperty('recreate');
  scene.advance(6 * 60_000);
  await scene.settle(key);
  expect(scene.gateway.target.key).toBe(iam);
});

it('Never says what differs and what to do', async () => {
  const key = scene.make();
  await scene.settle(key);
  scene.edit(key, { target: { crn: iam } });
  expect(await pass(scene, key)).toBe('stalled RecreateRequired');
  expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toBe(
    `The gateway has target ${keyProtect}, which cannot be changed: undo the change, set recreatePolicy WhenRequired, or delete this object and create a new one`,
  );
});
