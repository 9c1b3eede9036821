/** How a gateway shares its names, and what it is bound to. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { Changes, Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

const bucket = (name: string): string => {
  const { id } = scene.cloud.control.account(scene.account);
  return `crn:v1:bluemix:public:cloud-object-storage:global:a/${id}:11111111-1111-4111-8111-111111111111:bucket:${name}`;
};

const withBuckets = (buckets: readonly string[]): Changes => ({
  target: objectStorage(),
  dnsResolutionBindingMode: 'Disabled',
  resourceBindings: buckets.map((name) => ({ crn: bucket(name) })),
});

const objectStorage = (): { readonly crn: string } => ({ crn: targetCrn('object-storage') });

describe('dnsResolutionBindingMode', () => {
  it('is set at the create, changed in place, and left alone where the spec is silent', async () => {
    const key = scene.make({ dnsResolutionBindingMode: 'Disabled' });
    await scene.settle(key);
    expect(scene.gateway.dnsResolutionBindingMode).toBe('disabled');
    scene.edit(key, { dnsResolutionBindingMode: 'Primary' });
    await scene.settle(key);
    expect(scene.gateway.dnsResolutionBindingMode).toBe('primary');
    expect(scene.writes()).toEqual(['create_endpoint_gateway', 'attach_tag', 'update_endpoint_gateway']);
  });

  it('other than Primary is refused in a hub, before any call', async () => {
    scene.vpc.enableHub = true;
    const key = scene.make({ dnsResolutionBindingMode: 'Disabled' });
    expect(await pass(scene, key)).toBe('stalled DNSConflict');
    expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toBe(
      'VPC vpc is a DNS hub, where every gateway is Primary: set dnsResolutionBindingMode to Primary, or leave it out',
    );
    expect(scene.writes()).toEqual([]);
  });
});

it('a spoke, which is no hub itself, leaves its DNS time between a gateway and the next', async () => {
  const { account } = scene;
  const hub = scene.cloud.control.seed.vpc({ account, name: 'hub', enableHub: true });
  const { status } = await scene.client.vpc('POST', `/vpcs/${scene.vpc.id}/dns_resolution_bindings`, {
    body: { vpc: { id: hub.id } },
  });
  expect(status).toBe(201);
  scene.advance();
  const key = scene.make({ recreatePolicy: 'WhenRequired', target: objectStorage() });
  await scene.settle(key);
  scene.edit(key, { target: { crn: targetCrn('iam') } });
  expect(await pass(scene, key)).toBe('waiting Recreating');
  scene.advance();
  expect(await pass(scene, key)).toBe('waiting DNSSettling');
  expect(scene.gateways).toEqual([]);
  scene.advance(6 * 60_000);
  await scene.settle(key);
  expect(scene.gateway.target.key).toBe(targetCrn('iam'));
});

describe('resourceBindings', () => {
  it('are made, renamed and deleted as the spec says', async () => {
    const key = scene.make({
      target: objectStorage(),
      dnsResolutionBindingMode: 'Disabled',
      resourceBindings: [{ crn: bucket('logs-a'), name: 'logs-a' }, { crn: bucket('logs-b') }],
    });
    await scene.settle(key);
    expect(
      scene
        .read(key)
        .status?.resourceBindings?.map(({ crn }) => crn)
        .toSorted(),
    ).toEqual([bucket('logs-a'), bucket('logs-b')]);
    scene.edit(key, { resourceBindings: [{ crn: bucket('logs-a'), name: 'renamed' }] });
    await scene.settle(key);
    const bound = [...scene.gateway.resourceBindings.values()];
    expect(bound.map(({ name, targetCrn: crn }) => [name, crn])).toEqual([['renamed', bucket('logs-a')]]);
  });

  it('that somebody deletes come back after a check', async () => {
    const key = scene.make({
      target: objectStorage(),
      dnsResolutionBindingMode: 'Disabled',
      resourceBindings: [{ crn: bucket('logs-a') }],
    });
    await scene.settle(key);
    const [binding] = scene.gateway.resourceBindings.values();
    await scene.client.vpc(
      'DELETE',
      `/endpoint_gateways/${scene.gateway.id}/resource_bindings/${binding?.id}`,
    );
    scene.advance();
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(scene.gateway.resourceBindings.size).toBe(1);
  });

  it('of a gateway that somebody deletes do not end the check', async () => {
    const key = scene.make(withBuckets(['logs-a']));
    await scene.settle(key);
    await scene.client.vpc('DELETE', `/endpoint_gateways/${scene.gateway.id}`);
    scene.advance();
    expect(await scene.checkDrift(key)).toBe(true);
  });

  it.each([
    [403, true],
    [503, false],
  ])('that a check cannot read, with %i, are worth a pass: %s', async (status, expected) => {
    const key = scene.make(withBuckets(['logs-a']));
    await scene.settle(key);
    const operation = 'list_endpoint_gateway_resource_bindings';
    scene.cloud.control.faults.add({ operation, status, when: 'before' });
    expect(await scene.checkDrift(key)).toBe(expected);
  });

  it('that are denied hold up neither those behind them nor the tags', async () => {
    const key = scene.make(withBuckets([]));
    await scene.settle(key);
    scene.edit(key, { ...withBuckets(['logs-a', 'logs-b']), tags: ['env:prod'] });
    const operation = 'create_endpoint_gateway_resource_binding';
    scene.cloud.control.faults.add({ operation, times: 1, status: 403, when: 'before' });
    expect(await pass(scene, key)).toBe('waiting Progressing');
    expect([...scene.gateway.resourceBindings.values()].map(({ targetCrn: crn }) => crn)).toEqual([
      bucket('logs-b'),
    ]);
    scene.cloud.control.faults.add({ operation, status: 403, when: 'before' });
    scene.advance();
    expect(await pass(scene, key)).toBe('waiting ResourceBindingDenied');
    expect(await scene.tagsOf(scene.gateway.crn)).toContain('env:prod');
    expect(scene.read(key).status?.plan).toMatchObject({
      total: 1,
      actions: [{ action: 'bind bucket logs-a' }],
    });
  });

  it('go before the mode becomes Primary', async () => {
    const key = scene.make({
      target: objectStorage(),
      dnsResolutionBindingMode: 'Disabled',
      resourceBindings: [{ crn: bucket('logs-a') }],
    });
    await scene.settle(key);
    const from = scene.lastRequest;
    scene.edit(key, { dnsResolutionBindingMode: 'Primary', resourceBindings: [] });
    await scene.settle(key);
    expect(scene.writes(from)).toEqual([
      'delete_endpoint_gateway_resource_binding',
      'update_endpoint_gateway',
    ]);
  });

  it('that are denied name a context-based restriction', async () => {
    scene.cloud.control.settings.contextRestricted = true;
    try {
      const key = scene.make({
        target: objectStorage(),
        dnsResolutionBindingMode: 'Disabled',
        resourceBindings: [{ crn: bucket('logs-a') }],
      });
      await pass(scene, key);
      scene.advance();
      expect(await pass(scene, key)).toBe('waiting ResourceBindingDenied');
      expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toContain(
        'context-based restriction',
      );
    } finally {
      scene.cloud.control.settings.contextRestricted = false;
    }
  });
});
