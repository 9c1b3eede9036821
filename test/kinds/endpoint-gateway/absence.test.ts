/** When a gateway counts as gone, and what has to go before its object does. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { Scene } from './scene.ts';
import { creates, dropAfterCommit, fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

describe('absence', () => {
  it('of a gateway deleted outside is proven, and it is created again', async () => {
    const key = scene.make();
    await scene.settle(key);
    const before = scene.gateway.id;
    await scene.client.vpc('DELETE', `/endpoint_gateways/${before}`);
    expect(await pass(scene, key)).toBe('waiting DeletedOutside');
    expect(scene.read(key).status?.state).toBe('Deleting');
    scene.advance();
    await scene.settle(key);
    expect(scene.gateway.id).not.toBe(before);
    expect(creates(scene)).toBe(2);
  });

  it.each(['change', 'deletion'])(
    'is no conclusion from a 404 without a look at the VPC (%s)',
    async (what) => {
      const key = scene.make();
      await scene.settle(key);
      const { gateway } = scene;
      // As for an account that has lost access: lists are empty, a read answers 404.
      scene.area.gateways.delete(gateway.id);
      scene.area.vpcs.delete(scene.vpc.id);
      if (what === 'deletion') {
        scene.kube.delete(key);
      }
      scene.advance(600_001);
      expect(await pass(scene, key)).toBe('waiting AbsenceUnproven');
      expect(scene.read(key).status).toMatchObject({ id: gateway.id, vpc: scene.vpc.id });
      expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.status).not.toBe('True');
      expect(creates(scene)).toBe(1);
      // Access is back.
      scene.area.gateways.set(gateway.id, gateway);
      scene.area.vpcs.set(scene.vpc.id, scene.vpc);
      await scene.settle(key);
      expect(creates(scene)).toBe(1);
    },
  );

  it('is no conclusion from a list: a gateway that only lists lack is read by its id', async () => {
    scene.cloud.control.settings.listLagMs = 30_000;
    try {
      const key = scene.make();
      await pass(scene, key);
      expect(await pass(scene, key)).toBe('waiting Progressing');
      expect(creates(scene)).toBe(1);
    } finally {
      scene.cloud.control.settings.listLagMs = 0;
    }
  });

  it.each([401, 403, 500])('is no conclusion from %d', async (status) => {
    const key = scene.make();
    await scene.settle(key);
    scene.area.gateways.delete(scene.gateway.id);
    scene.cloud.control.faults.add({ operation: 'get_endpoint_gateway', when: 'before', status });
    expect(await pass(scene, key)).toMatch(/^failed (denied|unavailable)$/);
    expect(creates(scene)).toBe(1);
    scene.kube.delete(key);
    expect(await pass(scene, key)).toMatch(/^failed (denied|unavailable)$/);
    expect(scene.kube.read(key)).toBeDefined();
  });
});

describe('a deletion', () => {
  it('before anything was created holds nothing up: there is no finalizer before the first write', async () => {
    const key = scene.make({ vpc: { name: 'nowhere' } });
    expect(await pass(scene, key)).toBe('waiting VPCNotFound');
    expect(scene.read(key).metadata.finalizers ?? []).toEqual([]);
    scene.kube.delete(key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.writes()).toEqual([]);
  });

  it('takes the gateway and what goes with it along, and then the finalizer', async () => {
    const key = scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await scene.settle(key);
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('waiting Deleting');
    expect(scene.kube.read(key)).toBeDefined();
    await scene.settle(key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.gateways).toEqual([]);
  });

  it('with Retain takes only our tag', async () => {
    const key = scene.make({ deletionPolicy: 'Retain' });
    await scene.settle(key);
    await scene.tag(scene.gateway.crn, 'env:prod');
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.gateway.lifecycleState).toBe('stable');
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual(['env:prod']);
  });

  it('that IBM refuses is tried again', async () => {
    const key = scene.make();
    await scene.settle(key);
    scene.kube.delete(key);
    fault(scene, 'delete_endpoint_gateway', { when: 'before', status: 409 });
    expect(await pass(scene, key)).toBe('failed conflict');
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it('whose answer got lost is not forgotten', async () => {
    const key = scene.make();
    await scene.settle(key);
    scene.kube.delete(key);
    fault(scene, 'delete_endpoint_gateway', dropAfterCommit);
    expect(await pass(scene, key)).toBe('failed unavailable');
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
    expect(scene.kube.read(key)).toBeUndefined();
  });
});
