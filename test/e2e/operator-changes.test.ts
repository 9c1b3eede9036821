/** Differences between spec and cloud, whoever made them: the operator makes the cloud match, and says so. */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { type CloudClient, connect } from '../cloud/client.ts';
import type { HeldState } from '../cloud/state-log.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, isStalled, messageOf, reasonOf } from '../harness/gateway-watch.ts';
import {
  freshTarget,
  gatewayManifest,
  type GatewayManifest,
  type Network,
  networkOf,
} from '../harness/gateways.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;
let network: Network;
/** Somebody who works on the cloud without Kubernetes. */
let somebody: CloudClient;

beforeAll(async () => {
  world = await startWorld();
  network = networkOf(world.cloud);
  await world.startOperator();
  somebody = await connect(world.cloud);
}, firstStartMs);

afterAll(async () => world.stop());

/** One gateway for each test, Ready when the test begins. */
let namespace: string;
let manifest: GatewayManifest;
let key: string;
let id: string;

beforeEach(async () => {
  namespace = await world.namespace();
  const { subnets, securityGroups } = network;
  manifest = gatewayManifest('orders', {
    name: `orders-${namespace}`,
    ips: [{ subnet: { id: subnets[1][0] }, name: `orders-${namespace}` }, { subnet: { id: subnets[2][0] } }],
    securityGroups: securityGroups.map((group) => ({ id: group })),
  });
  key = await world.apply(namespace, manifest);
  const { status } = await world.watch.until(key, 'is Ready', isReady);
  id = status?.id ?? '';
});

function held(): HeldState | undefined {
  return world.cloud.control.stateLog.of(id).at(-1);
}

async function untilHeld(what: string, holds: (state: HeldState) => boolean): Promise<void> {
  await until(
    () => {
      const state = held();
      return state?.lifecycleState === 'stable' && holds(state);
    },
    { what: `the gateway ${what}` },
  );
}

/** Applies the manifest with a changed spec and waits until that generation is Ready. */
async function change(spec: GatewayManifest['spec']): Promise<void> {
  const { metadata } = await world.watch.until(key, 'is there', () => true);
  const next = (metadata.generation ?? 0) + 1;
  manifest = { ...manifest, spec: { ...manifest.spec, ...spec } };
  await world.apply(namespace, manifest);
  await world.watch.until(
    key,
    `is Ready in generation ${next}`,
    (object) => object.metadata.generation === next && isReady(object),
  );
}

function callsSince(sequence: number): Record<string, number> {
  return world.cloud.control.requestLog.countByOperation({ service: 'vpc', after: sequence });
}

/** What of a gateway the spec asks for; addresses that the cloud chose may differ. */
function shape(state: HeldState | undefined): unknown {
  return {
    name: state?.name,
    securityGroups: state?.securityGroups,
    ips: state?.ips.map(({ subnet, name }) =>
      subnet === network.subnets[1][0] ? { subnet, name } : { subnet },
    ),
  };
}

describe('what somebody changed behind our back', () => {
  const drifts: readonly (readonly [what: string, drift: (state: HeldState) => Promise<unknown>])[] = [
    [
      'a security group that was detached',
      async ({ securityGroups: [group] }) =>
        somebody.vpc('DELETE', `/security_groups/${group}/targets/${id}`),
    ],
    [
      'another name',
      async () => somebody.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'mine-now' } }),
    ],
    [
      'an address that was unbound',
      async ({ ips: [ip] }) => somebody.vpc('DELETE', `/endpoint_gateways/${id}/ips/${ip?.id}`),
    ],
    [
      'a reserved IP that was renamed',
      async ({ ips: [ip] }) =>
        somebody.vpc('PATCH', `/subnets/${ip?.subnet}/reserved_ips/${ip?.id}`, {
          body: { name: 'mine-now' },
        }),
    ],
  ];

  test.each(drifts)('heals: %s', async (_what, drift) => {
    const before = held();
    const states = world.watch.statesOf(key).length;
    if (before === undefined) {
      throw new Error('the cloud does not hold the gateway');
    }

    await drift(before);

    expect(shape(held())).not.toEqual(shape(before));
    await until(() => JSON.stringify(shape(held())) === JSON.stringify(shape(before)), {
      what: 'the drift is healed',
    });
    await world.watch.until(
      key,
      'is Ready again',
      (object) => world.watch.statesOf(key).length > states && isReady(object),
    );
    expect(world.watch.statesOf(key).slice(-2)).toEqual(['Updating', 'Stable']);
  });

  test('is created again: a gateway that was deleted', async () => {
    await somebody.vpc('DELETE', `/endpoint_gateways/${id}`);
    const again = await world.watch.until(
      key,
      'has another gateway',
      ({ status }) => (status?.id ?? id) !== id,
    );
    await world.watch.until(key, 'is Ready', isReady);

    expect(again.status?.target).toBe(manifest.spec.target?.crn);
    expect(held()?.lifecycleState).toBe('absent');
  });
});

describe('a changed spec', () => {
  test('replaces the security groups, and adds before it removes', async () => {
    const [web, data] = network.securityGroups;
    await change({ securityGroups: [{ id: web }] });
    expect(held()?.securityGroups).toEqual([web]);

    await change({ securityGroups: [{ id: data }] });
    expect(held()?.securityGroups).toEqual([data]);
    const counts = world.cloud.control.stateLog.of(id).map(({ securityGroups }) => securityGroups.length);
    expect(Math.min(...counts)).toBe(1);
    expect(counts.slice(-4)).toContain(2);
  });

  test('adds, moves and removes addresses, and no zone but the moving one is ever without', async () => {
    const { subnets } = network;
    await change({ ips: [1, 2, 3].map((zone) => ({ subnet: { id: subnets[zone as 1][0] } })) });
    expect(held()?.ips.map(({ subnet }) => subnet)).toEqual([subnets[1][0], subnets[2][0], subnets[3][0]]);

    await change({ ips: [{ subnet: { id: subnets[1][1] } }, { subnet: { id: subnets[3][0] } }] });
    expect(held()?.ips.map(({ subnet }) => subnet)).toEqual([subnets[1][1], subnets[3][0]]);

    const zones = world.cloud.control.stateLog.of(id).map(({ ips }) => ips.map(({ zone }) => zone));
    const withAll = zones.findIndex((covered) => covered.length === 3);
    expect(zones.slice(withAll).every((covered) => covered.includes('us-south-3'))).toBe(true);
  });

  test('binds an existing reserved IP, which stays when it is unbound', async () => {
    const { subnets } = network;
    const reserved = world.cloud.control.seed.reservedIP({
      subnet: subnets[3][1],
      name: `kept-${namespace}`,
    });
    await change({ ips: [{ reservedIP: { id: reserved.id } }] });
    expect(held()?.ips.map((ip) => ip.id)).toEqual([reserved.id]);

    await change({ ips: [] });
    expect(held()?.ips).toEqual([]);
    const { body } = await somebody.vpc('GET', `/subnets/${subnets[3][1]}/reserved_ips/${reserved.id}`);
    expect(body).toMatchObject({ name: `kept-${namespace}`, lifecycle_state: 'stable' });
  });

  test('renames the gateway in place', async () => {
    const { lastSequence } = world.cloud.control.requestLog;
    await change({ name: `renamed-${namespace}` });

    await untilHeld('has its new name', ({ name }) => name === `renamed-${namespace}`);
    expect(callsSince(lastSequence)).toMatchObject({ update_endpoint_gateway: 1 });
    expect(callsSince(lastSequence)).not.toHaveProperty('create_endpoint_gateway');
  });

  test('to another target is refused, and undone by undoing it', async () => {
    const before = held();
    const { target } = manifest.spec;
    await world.apply(namespace, { ...manifest, spec: { ...manifest.spec, target: freshTarget() } });
    const stalled = await world.watch.until(key, 'is stalled', isStalled);

    expect(reasonOf(stalled)).toBe('RecreateRequired');
    expect(messageOf(stalled)).toContain(`The gateway has target ${target?.crn}`);
    expect(held()).toEqual(before);

    await world.apply(namespace, manifest);
    await world.watch.until(key, 'is Ready', isReady);
    expect(held()).toEqual(before);
  });
});
