/**
 * An operator that calls IAM through a gateway which it manages itself: what would cut its own way is held back, with
 * nothing written to the cloud, until somebody releases it for that generation (design §5.4, PathInUse).
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import type { EndpointGatewaySpec } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { targetCrn } from '../cloud/fixture.ts';
import { overridesOf } from '../cloud/operator-config.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { gatewayManifest, type Network, networkOf } from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

const host = 'private.iam.cloud.ibm.com';

let world: World;
let network: Network;
let key: string;
/** Somebody made it before the operator came, since the operator cannot start without its way. */
let gateway: EndpointGateway;

beforeAll(async () => {
  world = await startWorld();
  const { cloud } = world;
  network = networkOf(cloud);
  const { vpcId, subnets } = network;
  gateway = cloud.control.seed.endpointGateway({
    prototype: {
      name: 'iam',
      vpc: { id: vpcId },
      target: { resource_type: 'provider_cloud_service', crn: targetCrn('iam') },
      ips: [1, 2].map((zone) => ({ subnet: { id: subnets[zone as 1 | 2][0] } })),
    },
  });
  await world.startOperator({
    side: { vpc: vpcId },
    config: {
      endpoints: {
        overrides: { ...overridesOf(cloud.endpoints), IBMCLOUD_IAM_API_ENDPOINT: `https://${host}` },
        allowedHosts: ['127.0.0.1'],
        caBundleFile: cloud.caFile,
      },
      ownVPC: vpcId,
      probes: { interval: '500ms', retry: '50ms' },
    },
  });
  key = await world.apply(
    await world.namespace(),
    gatewayManifest('iam', {
      target: { crn: targetCrn('iam') },
      adoptionPolicy: 'IfExists',
      deletionPolicy: 'Delete',
      recreatePolicy: 'WhenRequired',
      ips: [1, 2].map((zone) => ({ subnet: { id: subnets[zone as 1 | 2][0] } })),
    }),
  );
  await world.watch.until(key, 'is Ready', isReady);
}, firstStartMs);

afterAll(async () => world.stop());

async function patch(change: object): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  await world.kubectl(['patch', 'epg', '-n', namespace, name, '--type=merge', '-p', JSON.stringify(change)]);
}

const edit = async (spec: Partial<Record<keyof EndpointGatewaySpec, unknown>>): Promise<void> =>
  patch({ spec });

async function release(generation: number | undefined): Promise<void> {
  await patch({ metadata: { annotations: { 'vpe-operator.io/release-path': String(generation) } } });
}

/** Calls since then that could have changed something in the cloud. */
function writesSince(after: number): readonly string[] {
  return world.cloud.control.requestLog
    .entries({ after })
    .filter(
      ({ method, service, operation }) => method !== 'GET' && service !== 'iam' && operation !== 'search',
    )
    .map(({ operation = '?' }) => operation);
}

/** Waits until it is held back, and then for two more looks at the cloud. */
async function heldBack(): Promise<{ readonly message: string; readonly generation: number | undefined }> {
  const held = await world.watch.until(
    key,
    'is held back',
    (object) =>
      reasonOf(object) === 'PathInUse' && object.status?.observedGeneration === object.metadata.generation,
  );
  const { requestLog } = world.cloud.control;
  const after = requestLog.lastSequence;
  await until(() => requestLog.entries({ operation: 'list_endpoint_gateways', after }).length >= 2, {
    what: 'two more looks at the cloud',
  });
  const message = findCondition(held.status?.conditions, 'Stalled')?.message ?? '';
  return { message, generation: held.metadata.generation };
}

test('its calls to IAM go through the gateway, and the way is proven', async () => {
  await world.watch.until(key, 'is proven', ({ status }) =>
    ['DNSVerified', 'Reachable'].every((type) => findCondition(status?.conditions, type)?.status === 'True'),
  );
  const { connections } = world.cloud.control.network;
  const calls = connections.entries().filter(({ bytesReceived }) => bytesReceived > 0);
  expect(calls).toMatchObject(
    Array.from(calls, () => ({ side: network.vpcId, gateway: gateway.id, servername: host })),
  );
  expect(calls).not.toEqual([]);
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
    async () => edit({ ips: null }),
    /^To unbind address 10\.[12]\.0\.\d+ \(\S+\) is held back/,
  ],
  [
    'another target',
    async () => edit({ target: { crn: targetCrn('key-protect') } }),
    async () => edit({ target: { crn: targetCrn('iam') } }),
    /^To delete gateway \S+, to create it anew is held back/,
  ],
])('%s', (_, change, undo, words) => {
  test('is held back, and nothing is written', async () => {
    const from = world.cloud.control.requestLog.lastSequence;
    await change();
    const { message, generation } = await heldBack();
    expect(message).toMatch(words);
    expect(message).toContain(
      `the gateway is used by the operator itself, which calls ${host} (IBMCLOUD_IAM_API_ENDPOINT).`,
    );
    expect(message).toContain(`vpe-operator.io/release-path: "${generation}"`);
    expect(writesSince(from)).toEqual([]);
    await undo();
    await world.watch.until(key, 'is Ready', isReady);
    expect(writesSince(from)).toEqual([]);
  });
});

test('a release is for one generation only', async () => {
  const [web] = network.securityGroups;
  await edit({ securityGroups: [{ id: web }] });
  await release((await heldBack()).generation);
  const changed = await world.watch.until(key, 'is Ready', isReady);
  expect(changed.status?.securityGroups).toEqual([web]);
  const from = world.cloud.control.requestLog.lastSequence;
  await edit({ securityGroups: [{ id: network.securityGroups[1] }] });
  await heldBack();
  expect(writesSince(from)).toEqual([]);
  await edit({ securityGroups: null });
  await world.watch.until(key, 'is Ready', isReady);
});

test('its deletion is held back, and carried out when it is released', async () => {
  const [namespace = '', name = ''] = key.split('/');
  const from = world.cloud.control.requestLog.lastSequence;
  await world.kubectl(['delete', 'epg', '-n', namespace, name, '--wait=false']);
  const { generation } = await heldBack();
  expect(writesSince(from)).toEqual([]);
  await release(generation);
  await until(async () => (await world.kubectl(['get', 'epg', '-A', '-o', 'name'])) === '', {
    what: 'the object is gone',
  });
  expect(writesSince(from)).toEqual(['delete_endpoint_gateway']);
  expect(world.cloud.control.area('default', 'us-south').gateways.has(gateway.id)).toBe(false);
});
