/** What a create sends in which order, and what survives the loss of its answer. */
import { describe, expect, it } from '@jest/globals';

import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { createSettleMs, keyProtect, type Scene } from './scene.ts';
import { creates, dropAfterCommit, fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

describe('a creation', () => {
  it('stores what it is about to do, reads it back, and only then sends it', async () => {
    const order: string[] = [];
    const sent = (): string[] => scene.writes(from).map((operation) => `cloud ${operation}`);
    const key = scene.make();
    const from = scene.lastRequest;
    scene.kube.before = async ({ verb, status }) => {
      order.push(...sent().slice(order.filter((entry) => entry.startsWith('cloud')).length));
      const intended = (status as { createIntent?: object } | undefined)?.createIntent !== undefined;
      order.push(`kube ${verb}${intended ? ' with intent' : ''}`);
    };
    await pass(scene, key);
    expect(order).toEqual([
      'kube patchFinalizers',
      'kube applyStatus with intent',
      'kube get',
      'cloud create_endpoint_gateway',
      'cloud attach_tag',
      'kube applyStatus',
    ]);
  });

  it('stamps its intent with the cloud’s time, whatever the time here', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', { when: 'before', drop: true });
    await pass(scene, key);
    const { time = '' } = scene.read(key).status?.createIntent ?? {};
    expect(Math.abs(Date.parse(time) - scene.cloud.control.clock.now())).toBeLessThan(2_000);
  });

  it('costs one create and one tag, and a pass over what is settled costs nothing but listings', async () => {
    const key = scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await scene.settle(key);
    expect(scene.writes()).toEqual(['create_endpoint_gateway', 'attach_tag']);
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
    const from = scene.lastRequest;
    const version = scene.read(key).metadata.resourceVersion;
    expect(await pass(scene, key)).toBe('settled');
    const asked = scene.cloud.control.requestLog.entries({ after: from }).map(({ operation }) => operation);
    expect(asked).toEqual(['list_endpoint_gateways']);
    expect(scene.read(key).metadata.resourceVersion).toBe(version);
  });

  it('publishes addresses when they are chosen, and is not Ready before', async () => {
    const key = scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await pass(scene, key);
    scene.cloud.control.forceState(scene.gateway.id, { lifecycleState: 'stable' });
    expect(await pass(scene, key)).toBe('waiting AddressAllocating');
    expect(scene.read(key).status?.ips).toEqual([]);
    scene.advance();
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.read(key).status?.ips).toMatchObject([{ address: '10.0.0.4', autoDelete: true }]);
  });
});

describe('a create whose answer got lost', () => {
  it('is found again, not repeated', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', dropAfterCommit);
    expect(await pass(scene, key)).toBe('failed unavailable');
    expect(scene.read(key).status).toMatchObject({
      createIntent: { target: keyProtect },
      state: 'Pending',
    });
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
    expect(scene.read(key).status).toMatchObject({ id: scene.gateway.id, state: 'Stable' });
    expect(scene.read(key).status).not.toHaveProperty('createIntent');
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
  });

  it('is waited for while the listing lags', async () => {
    scene.cloud.control.settings.listLagMs = 30_000;
    try {
      const key = scene.make();
      fault(scene, 'create_endpoint_gateway', dropAfterCommit);
      await pass(scene, key);
      expect(await pass(scene, key)).toBe('waiting CreateUnconfirmed');
      scene.advance();
      expect(await pass(scene, key)).toBe('settled');
      expect(creates(scene)).toBe(1);
    } finally {
      scene.cloud.control.settings.listLagMs = 0;
    }
  });

  it('is repeated once it is proven not to have happened, and not a moment earlier', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', { when: 'before', drop: true });
    await pass(scene, key);
    scene.advance(createSettleMs - 10_000);
    expect(await pass(scene, key)).toBe('waiting CreateUnconfirmed');
    expect(creates(scene)).toBe(0);
    scene.advance(10_000);
    expect(await pass(scene, key)).toBe('waiting Progressing');
    expect(creates(scene)).toBe(1);
  });

  it.each<[string, () => Partial<EndpointGatewaySpec>]>([
    ['another name and target', () => ({ name: 'other', target: { crn: targetCrn('iam') } })],
    ['another VPC', () => ({ vpc: { id: scene.otherVpc().id } })],
    ['a VPC that is not there', () => ({ vpc: { name: 'nowhere' } })],
  ])('is found again though the spec has changed meanwhile: %s', async (_, changes) => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', dropAfterCommit);
    await pass(scene, key);
    scene.edit(key, changes());
    scene.advance(createSettleMs);
    await pass(scene, key);
    expect(creates(scene)).toBe(1);
    expect(scene.read(key).status?.id).toBe(scene.gateway.id);
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it('is not left behind when the object is deleted meanwhile', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', dropAfterCommit);
    await pass(scene, key);
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
    expect(scene.kube.read(key)).toBeUndefined();
  });

  it('and never happened is waited for when the object is deleted meanwhile', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', { when: 'before', drop: true });
    await pass(scene, key);
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('waiting CreateUnconfirmed');
    scene.advance(createSettleMs);
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.kube.read(key)).toBeUndefined();
  });

  it('is found by a process that knows nothing but the API server’s word', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', dropAfterCommit);
    await pass(scene, key);
    scene.restart();
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  });
});

describe('a create that is refused', () => {
  it.each([
    [409, 'failed conflict'],
    [400, 'failed invalid'],
    [403, 'failed denied'],
    [429, 'failed throttled'],
  ])('with %d drops its intent at once', async (status, expected) => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', { when: 'before', status });
    expect(await pass(scene, key)).toBe(expected);
    expect(scene.read(key).status).not.toHaveProperty('createIntent');
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  });

  it('with 503 keeps it, for a gateway in front may have said so', async () => {
    const key = scene.make();
    fault(scene, 'create_endpoint_gateway', { when: 'after', status: 503 });
    expect(await pass(scene, key)).toBe('failed unavailable');
    expect(scene.read(key).status).toHaveProperty('createIntent');
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  });

  it('because the object had changed was never sent', async () => {
    const key = scene.make();
    scene.kube.before = async ({ resourceVersion }) => {
      if (resourceVersion !== undefined) {
        scene.kube.annotate(key, { a: 'b' });
      }
    };
    await expect(scene.pass(key)).rejects.toMatchObject({ reason: 'conflict' });
    expect(creates(scene)).toBe(0);
  });
});
