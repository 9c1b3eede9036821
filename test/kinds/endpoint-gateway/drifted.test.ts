import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { findCondition } from '../../../src/controller/conditions.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { keyProtect, type Scene } from './scene.ts';
import { useScenes } from './use-scenes.ts';

let scene: Scene;
let first: Key;
let second: Key;
let said: string[];
const log = pino(
  { level: 'warn', messageKey: 'said' },
  { write: (line) => void said.push(JSON.parse(line).said) },
);

useScenes((opened) => {
  scene = opened;
});

beforeEach(async () => {
  said = [];
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
  const nodeZones = async (): Promise<readonly string[] | undefined> => scene.nodeZones;
  const context = { session, nowMs: clock.now(), nodeZones, find: async () => undefined, signal, log };
  const keys = await endpointGateway.drifted(resources, context);
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

  it('compares all but the tags while search does not answer, and says so', async () => {
    await scene.tag(scene.read(second).status?.crn ?? '', 'env:prod');
    await outside('PATCH', `/endpoint_gateways/${scene.read(first).status?.id}`, { name: 'drifted' });
    scene.cloud.control.faults.add({ operation: 'search', status: 403, when: 'before' });
    expect((await check()).keys).toEqual([first]);
    expect(said).toEqual(['the tags of gateways are not compared']);
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

describe('a gateway whose addresses the operator chooses', () => {
  it('is named when a zone comes to have Nodes, and covers it', async () => {
    scene.nodeZones = ['us-south-1'];
    const key = scene.make(
      { target: { crn: targetCrn('dns-services') }, autoIPs: { zones: 'Nodes' } },
      'chosen',
    );
    await scene.settle(key);
    expect(await scene.checkDrift(key)).toBe(false);
    scene.nodeZones = ['us-south-1', 'us-south-2'];
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(scene.read(key).status?.summary?.zones).toBe('us-south-1,us-south-2');
    scene.nodeZones = ['us-south-2'];
    expect(await scene.checkDrift(key)).toBe(false);
  });

  it('is named when a zone comes to have a subnet', async () => {
    const { account, cloud } = scene;
    cloud.control.seed.vpc({ account, name: 'small' });
    const addSubnet = (zone: number): unknown => {
      const place = { account, vpc: 'small', zone: `us-south-${zone}` };
      return cloud.control.seed.subnet({ ...place, name: `small-${zone}`, cidr: `10.8.${zone}.0/24` });
    };
    addSubnet(1);
    const key = scene.make({ vpc: { name: 'small' }, autoIPs: { zones: 'All' } }, 'chosen');
    await scene.settle(key);
    expect(await scene.checkDrift(key)).toBe(false);
    addSubnet(3);
    scene.advance(1);
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(scene.read(key).status?.summary?.zones).toBe('us-south-1,us-south-3');
  });
});
