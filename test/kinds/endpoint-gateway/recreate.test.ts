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
