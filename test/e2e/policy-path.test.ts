/**
 * A gateway that carries the private path of closed instances, with the operator in its VPC: what would cut that path is
 * held back, with nothing written to the cloud, until somebody releases it for that generation, or the instances are
 * open again (design §5.4, PathInUse).
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import type { EndpointGatewaySpec } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { targetCrn } from '../cloud/fixture.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { gatewayManifest, type Network, networkOf } from '../harness/gateways.ts';
import { closedInstance, type Policy, untilAccess } from '../harness/policies.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(240_000);

/** Nobody tells a gateway that is held back that its last user has gone: it looks now and then. */
const heldMs = 120_000;

let world: World;
let network: Network;
/** Of the gateway. */
let key: string;
let ours: Policy;
let theirs: Policy;

async function open(policy: Policy): Promise<void> {
  const { namespace, name } = policy;
  const change = JSON.stringify({ spec: { allowedNetwork: 'PublicAndPrivate' } });
  await world.kubectl(['patch', 'hnp', '-n', namespace, name, '--type=merge', '-p', change]);
  await untilAccess(world, policy, 'PublicAndPrivate');
}

beforeAll(async () => {
  world = await startWorld();
  network = networkOf(world.cloud);
  await world.startOperator({ side: { vpc: network.vpcId }, config: { ownVPC: network.vpcId } });
  // Closed over the service endpoint, before there was a gateway.
  theirs = await closedInstance(world, { namespace: await world.namespace(), name: 'theirs' });
  const namespace = await world.namespace();
  const { subnets } = network;
  key = await world.apply(
    namespace,
    gatewayManifest('keys', {
      target: { crn: targetCrn('key-protect') },
      recreatePolicy: 'WhenRequired',
      ips: [1, 2].map((zone) => ({ subnet: { id: subnets[zone as 1 | 2][0] } })),
    }),
  );
  await world.watch.until(key, 'is Ready', isReady);
  ours = await closedInstance(world, { namespace, name: 'ours', gateway: 'keys' });
}, firstStartMs);

afterAll(async () => world.stop());

async function patch(change: object): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kubectl(['patch', 'epg', '-n', namespace, name, '--type=merge', '-p', JSON.stringify(change)]);
}

const edit = async (spec: Partial<Record<keyof EndpointGatewaySpec, unknown>>): Promise<void> =>
  patch({ spec });

/** Calls since then that could have changed something in the cloud. */
function writesSince(after: number): readonly string[] {
  return world.cloud.control.requestLog
    .entries({ after })
    .filter(
      ({ method, service, operation }) => method !== 'GET' && service !== 'iam' && operation !== 'search',
    )
    .map(({ operation = '?' }) => operation);
}

/** Waits until it is held back, and then for two more checks of the closed instance. */
async function heldBack(): Promise<{ readonly message: string; readonly generation: number | undefined }> {
  const held = await world.watch.until(
    key,
    'is held back',
    (object) =>
      reasonOf(object) === 'PathInUse' && object.status?.observedGeneration === object.metadata.generation,
  );
  const { requestLog } = world.cloud.control;
  const after = requestLog.lastSequence;
  const { guid } = ours.instance;
  await until(() => requestLog.entries({ after }).filter(({ instance }) => instance === guid).length >= 2, {
    what: 'two more looks at the instance',
  });
  const message = findCondition(held.status?.conditions, 'Stalled')?.message ?? '';
  return { message, generation: held.metadata.generation };
}

/** Of the operator's connections to the private endpoint: through which gateway each went. */
function gatewaysOnPath(): ReadonlySet<string | undefined> {
  const { connections } = world.cloud.control.network;
  const servername = ours.instance.keys?.endpoints.private;
  const used = connections.entries().filter((one) => one.servername === servername);
  return new Set(used.map(({ gateway }) => gateway));
}

test('the instance was closed through the gateway', () => {
  expect(gatewaysOnPath()).toContain(world.watch.present(key)?.status?.id);
});

describe.each<[string, () => Promise<void>, () => Promise<void>, RegExp]>([
  [
    'other security groups',
    async () => edit({ securityGroups: network.securityGroups.map((id) => ({ id })) }),
    async () => edit({ securityGroups: null }),
    /^To detach security group \S+ is held back/,
  ],
  [
    'no address',
    async () => edit({ ips: [] }),
    async () => edit({ ips: [1, 2].map((zone) => ({ subnet: { id: network.subnets[zone as 1 | 2][0] } })) }),
    /^To unbind address 10\.[12]\.0\.\d+ \(\S+\) is held back/,
  ],
  [
    'another target',
    async () => edit({ target: { crn: targetCrn('iam') } }),
    async () => edit({ target: { crn: targetCrn('key-protect') } }),
    /^To delete gateway \S+, to create it anew is held back/,
  ],
])('%s', (_, change, undo, words) => {
  test('is held back, naming the policy of the namespace and no other, and nothing is written', async () => {
    const from = world.cloud.control.requestLog.lastSequence;
    await change();
    const { message, generation } = await heldBack();
    expect(message).toMatch(words);
    expect(message).toMatch(
      /the gateway is used by (HpcsNetworkPolicy ours; an object of another namespace \(HpcsNetworkPolicy\)|an object of another namespace \(HpcsNetworkPolicy\); HpcsNetworkPolicy ours)\./,
    );
    expect(message).not.toContain(theirs.name);
    expect(message).not.toContain(theirs.namespace);
    expect(message).toContain(`vpe-operator.io/release-path: "${generation}"`);
    expect(writesSince(from)).toEqual([]);
    await undo();
    await world.watch.until(key, 'is Ready', isReady);
    expect(writesSince(from)).toEqual([]);
  });
});

test('a release lets it go on for one generation only', async () => {
  const [web, data] = network.securityGroups;
  await edit({ securityGroups: [{ id: web }] });
  const { generation } = await heldBack();
  await patch({ metadata: { annotations: { 'vpe-operator.io/release-path': String(generation) } } });
  const changed = await world.watch.until(key, 'is Ready', isReady);
  expect(changed.status?.securityGroups).toEqual([web]);
  const from = world.cloud.control.requestLog.lastSequence;
  await edit({ securityGroups: [{ id: data }] });
  await heldBack();
  expect(writesSince(from)).toEqual([]);
  await edit({ securityGroups: null });
  await world.watch.until(key, 'is Ready', isReady);
});

test('its deletion is held back until the instances are open, and then carried out by itself', async () => {
  const [namespace = '', name = ''] = key.split('/');
  const from = world.cloud.control.requestLog.lastSequence;
  const { id = '' } = world.watch.present(key)?.status ?? {};
  await world.kubectl(['delete', 'epg', '-n', namespace, name, '--wait=false']);
  expect((await heldBack()).message).toContain('HpcsNetworkPolicy ours');
  expect(writesSince(from)).toEqual([]);
  await open(ours);
  // Asked to look at once.
  await patch({ metadata: { annotations: { 'vpe-operator.io/reconcile-at': 'now' } } });
  await world.watch.until(
    key,
    'names the other namespace’s object alone',
    (object) =>
      findCondition(object.status?.conditions, 'Stalled')?.message.includes(
        'used by an object of another namespace (HpcsNetworkPolicy). Give',
      ) === true,
  );
  expect(writesSince(from)).toEqual(['put_instance_policy']);
  await open(theirs);
  await until(async () => (await world.kubectl(['get', 'epg', '-A', '-o', 'name'])) === '', {
    what: 'the object is gone',
    deadlineMs: heldMs,
  });
  expect(writesSince(from)).toEqual([
    'put_instance_policy',
    'put_instance_policy',
    'delete_endpoint_gateway',
  ]);
  expect(world.cloud.control.area('default', 'us-south').gateways.has(id)).toBe(false);
});
