/** managementPolicy Observe: everything is seen, nothing is written. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { passEvents } from '../../../src/controller/events.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import { takeOverAnnotation } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import { clusterID, keyProtect, type Scene, settlingMs } from './scene.ts';
import { dropAfterCommit, fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

it('shows a gateway that others made, and what would be done about it', async () => {
  const theirs = scene.foreignGateway({ name: 'kube-theirs', crn: keyProtect });
  const key = scene.make({ managementPolicy: 'Observe', name: 'mine', tags: ['env:prod'] });
  await pass(scene, key);
  const { status, metadata } = scene.read(key);
  expect(status).toMatchObject({
    id: theirs.id,
    state: 'Stable',
    plan: {
      total: 2,
      actions: [{ action: 'rename gateway kube-theirs to mine' }, { action: 'attach user tag env:prod' }],
    },
  });
  expect(findCondition(status?.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Differs' });
  expect(findCondition(status?.conditions, 'Reconciling')).toBeUndefined();
  expect(metadata.finalizers).toBeUndefined();
  expect(scene.writes()).toEqual([]);
});

it('is Ready where the gateway is as the spec says, whoever made it', async () => {
  scene.foreignGateway({ name: 'theirs', crn: keyProtect });
  const key = scene.make({ managementPolicy: 'Observe', name: 'theirs' });
  expect(await pass(scene, key)).toBe('settled');
  expect(scene.read(key).status).not.toHaveProperty('plan');
  expect(scene.read(key).status).not.toHaveProperty('origin');
  expect(scene.writes()).toEqual([]);
});

it('plans the whole creation where there is none', async () => {
  const key = scene.make({ managementPolicy: 'Observe', name: 'mine' });
  await pass(scene, key);
  expect(scene.read(key).status?.plan?.actions.map(({ action }) => action)).toEqual([
    'create gateway mine',
    `attach user tag ${scene.ownTag(key)}`,
  ]);
  expect(scene.writes()).toEqual([]);
});

it('marks what cannot be taken back', async () => {
  const legacy = scene.cloud.control.seed.endpointGateway({
    account: scene.account,
    legacy: true,
    prototype: {
      name: 'old',
      vpc: { id: scene.vpc.id },
      target: { resource_type: 'provider_cloud_service', crn: keyProtect },
    },
  });
  const key = scene.make({
    managementPolicy: 'Observe',
    name: 'old',
    securityGroups: [{ name: 'group-1' }],
  });
  await pass(scene, key);
  expect(scene.read(key).status).toMatchObject({
    id: legacy.id,
    plan: { total: 1, actions: [{ irreversible: true }] },
  });
});

it('gives no right to a gateway that was only looked at', async () => {
  const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
  const key = scene.make({ managementPolicy: 'Observe', name: 'theirs' });
  expect(await pass(scene, key)).toBe('settled');
  expect(scene.read(key).status?.id).toBe(theirs.id);
  scene.edit(key, { managementPolicy: 'Manage' });
  expect(await pass(scene, key)).toBe('waiting Collision');
  expect(scene.writes()).toEqual([]);
  scene.edit(key, { adoptionPolicy: 'IfExists' });
  await scene.settle(key);
  expect(scene.read(key).status).toMatchObject({ id: theirs.id, origin: 'Adopted' });
});

it('keeps what is ours ours, from Manage to Observe and back', async () => {
  const key = scene.make();
  await scene.settle(key);
  scene.edit(key, { managementPolicy: 'Observe', target: { infrastructure: 'ibm-ntp-server' } });
  await pass(scene, key);
  scene.edit(key, { managementPolicy: 'Manage' });
  expect(await pass(scene, key)).toBe('stalled RecreateRequired');
  expect(scene.read(key).status).toMatchObject({ id: scene.gateway.id, origin: 'Created' });
});

describe('deleted while it is only observed', () => {
  it('says what stays, which another object can have', async () => {
    const key = scene.make();
    await scene.settle(key);
    const { uid } = scene.read(key).metadata;
    scene.edit(key, { managementPolicy: 'Observe' });
    await pass(scene, key);
    const before = scene.read(key);
    scene.kube.delete(key);
    const result = await scene.pass(key);
    expect(passEvents(endpointGateway, before, result)).toMatchObject([
      { reason: 'Retained', note: expect.stringContaining(`${scene.gateway.id}) stays`) },
    ]);
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([expect.stringContaining(uid)]);
    const next = scene.make({}, 'next');
    expect(await pass(scene, next)).toBe('waiting Collision');
    scene.kube.annotate(next, { [takeOverAnnotation]: clusterID });
    await scene.settle(next);
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(next)]);
  });

  it('goes no sooner than it is known what an unanswered create has made', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', dropAfterCommit);
    scene.cloud.control.settings.listLagMs = settlingMs;
    try {
      await pass(scene, key);
      scene.edit(key, { managementPolicy: 'Observe' });
      scene.kube.delete(key);
      expect(await pass(scene, key)).toBe('waiting CreateUnconfirmed');
      scene.advance(settlingMs);
      expect(await pass(scene, key)).toBe('waiting Deleting');
      expect(scene.read(key).status).toMatchObject({ id: scene.gateway.id });
      await pass(scene, key);
      expect(scene.kube.read(key)).toBeUndefined();
    } finally {
      scene.cloud.control.settings.listLagMs = 0;
    }
  });
});
