import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { keyProtect, type Scene } from './scene.ts';
import { useScenes } from './use-scenes.ts';

let scene: Scene;
let first: Key;
let second: Key;

useScenes((opened) => {
  scene = opened;
});

beforeEach(async () => {
  first = scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id } }] }, 'first');
  second = scene.make({ target: { crn: targetCrn('iam') } }, 'second');
  await scene.settle(first);
  await scene.settle(second);
});

/** Keys that a check names, and what it asked of the cloud. */
async function check(): Promise<{ readonly keys: readonly Key[]; readonly asked: readonly string[] }> {
  scene.advance(1);
  const from = scene.lastRequest;
  const resources = [scene.read(first), scene.read(second)];
  const { clock } = scene.cloud.control;
  const signal = new AbortController().signal;
  const session = await scene.session();
  const keys = await endpointGateway.drifted(resources, { session, nowMs: clock.now(), signal });
  const asked = scene.cloud.control.requestLog
    .entries({ after: from })
    .map(({ operation }) => operation ?? '');
  return { keys, asked };
}

async function outside(method: string, path: string, body?: object): Promise<void> {
  const { status } = await scene.client.vpc(method, path, body === undefined ? {} : { body });
  expect(status).toBeLessThan(300);
}

describe('drifted', () => {
  it('asks one listing and one search for all, and names none when nothing differs', async () => {
    expect(await check()).toEqual({ keys: [], asked: ['list_endpoint_gateways', 'search'] });
  });

  it('names just the one that somebody changed', async () => {
    const id = scene.read(first).status?.id;
    await outside('PATCH', `/endpoint_gateways/${id}`, { name: 'drifted' });
    expect(await check()).toEqual({ keys: [first], asked: ['list_endpoint_gateways', 'search'] });
  });

  it.each<[string, (id: string) => Promise<void>]>([
    [
      'a security group came',
      async (id) => outside('PUT', `/security_groups/${scene.group('group-1').id}/targets/${id}`),
    ],
    [
      'an address went',
      async (id) =>
        outside('DELETE', `/endpoint_gateways/${id}/ips/${scene.read(first).status?.ips?.[0]?.id}`),
    ],
    [
      'its health changed',
      async (id) => scene.cloud.control.forceState(id, { lifecycleState: 'stable', healthState: 'degraded' }),
    ],
    ['it was suspended', async (id) => scene.cloud.control.forceState(id, { lifecycleState: 'suspended' })],
    ['it was deleted', async (id) => outside('DELETE', `/endpoint_gateways/${id}`)],
  ])('names it when %s', async (_, change) => {
    await change(scene.read(first).status?.id ?? '');
    scene.advance();
    expect((await check()).keys).toEqual([first]);
  });

  it('names it when its tags changed, once the search shows it', async () => {
    await scene.tag(scene.read(first).status?.crn ?? '', 'env:prod');
    expect((await check()).keys).toEqual([first]);
    await scene.settle(first);
    expect((await check()).keys).toEqual([]);
    expect(scene.read(first).status?.tags).toContain('env:prod');
  });

  it('finds what a pass then puts right', async () => {
    const id = scene.read(first).status?.id;
    await outside('PATCH', `/endpoint_gateways/${id}`, { name: 'drifted' });
    await scene.pass(first);
    expect(findCondition(scene.read(first).status?.conditions, 'Ready')?.status).toBe('False');
    scene.advance();
    await scene.settle(first);
    expect((await check()).keys).toEqual([]);
    expect(scene.gateways.find(({ target }) => target.key === keyProtect)?.name).not.toBe('drifted');
  });
});
