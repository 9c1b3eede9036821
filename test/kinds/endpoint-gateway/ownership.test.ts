/** Whose gateway it is, and when to leave it alone. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { isWorthAPass } from '../../../src/controller/triggers.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import { keyProtect, type Scene } from './scene.ts';
import { creates, dropAfterCommit, fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

describe('a tag', () => {
  it('whose answer got lost is attached once more, which is the same tag', async () => {
    const key = scene.make();
    fault(scene, 'attach_tag', dropAfterCommit);
    expect(await pass(scene, key)).toBe('failed unavailable');
    expect(scene.read(key).status).toMatchObject({ id: scene.gateway.id });
    expect(scene.read(key).status).not.toHaveProperty('createIntent');
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
  });

  it('of ours finds the gateway when the status is lost', async () => {
    const key = scene.make();
    await scene.settle(key);
    scene.kube.wipeStatus(key);
    scene.restart();
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
    expect(scene.read(key).status?.id).toBe(scene.gateway.id);
  });

  it('of another owner keeps us away, for changes and for deletion', async () => {
    const key = scene.make();
    await scene.settle(key);
    const { gateway } = scene;
    await scene.client.tagging('POST', '/v3/tags/detach?tag_type=user', {
      resources: [{ resource_id: gateway.crn }],
      tag_names: [scene.ownTag(key)],
    });
    await scene.tag(gateway.crn, 'vpe-operator:other-cluster:uid');
    scene.edit(key, { name: 'mine-again' });
    const from = scene.lastRequest;
    expect(await pass(scene, key)).toBe('stalled OwnedByAnother');
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.writes(from)).toEqual([]);
    expect(scene.gateway).toBe(gateway);
  });

  it('of nobody is no claim: a gateway of somebody else with our target is a collision', async () => {
    const gateway = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    const key = scene.make();
    expect(await pass(scene, key)).toBe('waiting Collision');
    expect(findCondition(scene.read(key).status?.conditions, 'Stalled')?.reason).toBe('Collision');
    expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toContain(gateway.id);
    scene.kube.delete(key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.writes()).toEqual([]);
    expect(scene.gateways).toEqual([gateway]);
  });

  it('of another cluster says whose it is, when a backup without its status is restored here', async () => {
    const gateway = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(gateway.crn, 'vpe-operator:other-cluster:uid');
    const from = scene.lastRequest;
    const key = scene.make();
    expect(await pass(scene, key)).toBe('waiting OwnedByAnother');
    const { conditions } = scene.read(key).status ?? {};
    expect(findCondition(conditions, 'Ready')?.message).toContain('vpe-operator:other-cluster:uid');
    expect(findCondition(conditions, 'Stalled')?.reason).toBe('OwnedByAnother');
    expect(scene.writes(from)).toEqual([]);
  });

  it('that others put there stays', async () => {
    const key = scene.make();
    await scene.settle(key);
    await scene.tag(scene.gateway.crn, 'env:prod');
    scene.edit(key, { name: 'renamed' });
    await scene.settle(key);
    expect((await scene.tagsOf(scene.gateway.crn)).toSorted()).toEqual(['env:prod', scene.ownTag(key)]);
  });
});

describe('a refusal before any call', () => {
  it('because the account is not open to the namespace', async () => {
    const key = scene.make({ account: 'no-such-account' });
    const from = scene.lastRequest;
    expect(await pass(scene, key)).toBe('stalled NotAllowed');
    expect(scene.cloud.control.requestLog.entries({ after: from })).toEqual([]);
    expect(scene.read(key).metadata.finalizers).toBeUndefined();
  });

  it('because it is suspended', async () => {
    const key = scene.make({ suspend: true });
    const from = scene.lastRequest;
    expect(await pass(scene, key)).toBe('paused');
    expect(scene.cloud.control.requestLog.entries({ after: from })).toEqual([]);
    scene.edit(key, { suspend: false });
    await scene.settle(key);
    expect(scene.read(key).status?.state).toBe('Stable');
  });

  it('because the credentials belong to another account now', async () => {
    const key = scene.make();
    await scene.settle(key);
    const { gateway } = scene;
    const status = { ...scene.read(key).status, accountID: 'another' };
    await scene.kube.applyStatus(
      { group: '', version: '', plural: '', kind: '' },
      scene.read(key),
      status,
      { fieldManager: 'test' },
      new AbortController().signal,
    );
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('stalled AccountChanged');
    expect(scene.gateways).toEqual([gateway]);
    expect(scene.kube.read(key)).toBeDefined();
  });
});

it('that an object shall take over from another cluster is worth a pass at once', () => {
  const key = scene.make();
  const before = scene.read(key);
  scene.kube.annotate(key, { 'vpe-operator.io/take-over-from': 'old-cluster' });
  expect(isWorthAPass(before, scene.read(key), endpointGateway.annotations ?? [])).toBe(true);
});
