/** The inventory over a real listing: what our own writes do to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { CloudTime } from '../../src/cloud/cloud-time.ts';
import type { EndpointGateway } from '../../src/cloud/vpc-types.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { targetCrn } from '../cloud/fixture.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { background, cloudErrorOf, never, openAccount, serviceTarget } from './open-account.ts';

let cloud: Cloud;
let clock: FakeClock;
let session: Session;
let targets = 0;

beforeAll(async () => {
  cloud = await startCloud({ regions: ['us-south', 'eu-de'], settings: { lockHoldMs: 0 } });
  cloud.control.clock.freeze();
});

afterAll(async () => {
  await cloud.stop();
});

beforeEach(async () => {
  cloud.control.faults.clear();
  clock = new FakeClock();
  session = await (await openAccount(cloud, { clock })).session();
});

async function createGateway(): Promise<EndpointGateway> {
  targets += 1;
  const vpcs = await session.inventory.vpcs.read(0, never);
  const [vpc] = vpcs.byId.values();
  const target = serviceTarget(targets);
  const prototype = { name: `gateway-${targets}`, vpc: { id: vpc?.id ?? '' }, target };
  return session.vpc.createGateway(prototype, Infinity, background);
}

const listings = (): number =>
  cloud.control.requestLog.entries({ operation: 'list_endpoint_gateways' }).length;

async function readFor(id: string): Promise<EndpointGateway | undefined> {
  const { inventory } = session;
  const { byId } = await inventory.gateways.read(inventory.lastWriteMs(id), never);
  return byId.get(id);
}

test('one listing serves every gateway', async () => {
  const gateways = [await createGateway(), await createGateway(), await createGateway()];
  await clock.advance(1);
  const before = listings();
  const found = await Promise.all(gateways.map(async ({ id }) => readFor(id)));
  expect(found.map((gateway) => gateway?.id)).toEqual(gateways.map(({ id }) => id));
  expect(listings()).toBe(before + 1);
});

test('after our own write a gateway is read anew, even within the same millisecond; others are not', async () => {
  const [changed, other] = [await createGateway(), await createGateway()];
  cloud.control.clock.advance(60_000);
  await clock.advance(1);
  await readFor(changed.id);
  const ref = { id: changed.id, vpcId: changed.vpc.id };
  await session.vpc.updateGateway(ref, { name: `renamed-${targets}` }, background);
  const before = listings();
  await readFor(other.id);
  expect(listings()).toBe(before);
  expect((await readFor(changed.id))?.name).toBe(`renamed-${targets}`);
  expect(listings()).toBe(before + 1);
});

test('a write that failed counts too: it may have happened', async () => {
  const gateway = await createGateway();
  cloud.control.clock.advance(60_000);
  await clock.advance(1);
  await readFor(gateway.id);
  cloud.control.faults.add({ method: 'PATCH', when: 'after', drop: true, times: 1 });
  const ref = { id: gateway.id, vpcId: gateway.vpc.id };
  await cloudErrorOf(session.vpc.updateGateway(ref, { name: `lost-${targets}` }, background));
  expect((await readFor(gateway.id))?.name).toBe(`lost-${targets}`);
});

test('a gateway that is proven gone is forgotten', async () => {
  const { id } = await createGateway();
  expect(session.inventory.lastWriteMs(id)).toBeGreaterThan(0);
  session.inventory.forget(id);
  expect(session.inventory.lastWriteMs(id)).toBe(0);
});

test('subnets, VPCs and security groups are listed as well', async () => {
  const { subnets, vpcs, securityGroups } = session.inventory;
  const area = cloud.control.area('default', 'us-south');
  for (const [listing, expected] of [
    [subnets, area.subnets],
    [vpcs, area.vpcs],
    [securityGroups, area.securityGroups],
  ] as const) {
    expect(new Set((await listing.read(0, never)).byId.keys())).toEqual(new Set(expected.keys()));
  }
});

test('tags, targets, instances and resource groups are shared listings, too', async () => {
  const { crn } = await createGateway();
  const instance = cloud.control.seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
  const { tags, instances, resourceGroups } = session.inventory;
  const services = session.inventory.targetsIn('us-south');
  expect(tags.latest).toBeUndefined();
  expect((await tags.read(0, never)).byId.get(crn)).toEqual({ tags: [], accessTags: [] });
  expect(tags.latest?.byId.has(crn)).toBe(true);
  expect((await services.read(0, never)).byId.get(targetCrn('key-protect'))).toMatchObject({
    service: 'kms',
  });
  expect((await instances.read(0, never)).byId.get(instance.crn)).toMatchObject({ name: 'redis' });
  const { id } = cloud.control.account('default').defaultResourceGroup;
  expect((await resourceGroups.read(0, never)).byId.get(id)).toMatchObject({ name: 'Default' });
});

test('what does not belong to a region is read once for all regions', async () => {
  const { accounts } = await openAccount(cloud, { clock });
  const [here, there] = [
    await accounts.session('default', 'us-south', never),
    await accounts.session('default', 'eu-de', never),
  ];
  const asked = (): number => cloud.control.requestLog.entries({ operation: 'list_resource_groups' }).length;
  const before = asked();
  await Promise.all([
    here.inventory.resourceGroups.read(0, never),
    there.inventory.resourceGroups.read(0, never),
  ]);
  expect(asked()).toBe(before + 1);
});

describe('cloud time', () => {
  const time = new CloudTime(new FakeClock(Date.UTC(2026, 0, 1)));

  test('is the local clock until the first answer', () => {
    expect(time.now()).toBe(Date.UTC(2026, 0, 1));
  });

  test('follows the Date header', () => {
    time.learn('Thu, 01 Jan 2026 03:00:00 GMT');
    expect(time.now()).toBe(Date.UTC(2026, 0, 1, 3));
  });

  test.each([undefined, '', 'yesterday', 7, ['Thu, 01 Jan 2026 03:00:00 GMT']])('ignores %j', (header) => {
    time.learn(header);
    expect(time.now()).toBe(Date.UTC(2026, 0, 1, 3));
  });

  test('is learned from every answer of the VPC API, refusals among them', async () => {
    for (const status of [200, 500]) {
      cloud.control.clock.advance(86_400_000);
      if (status !== 200) {
        cloud.control.faults.add({ operation: 'list_vpcs', status });
      }
      await session.vpc.listVpcs(background).catch(() => undefined);
      const behindMs = cloud.control.clock.now() - session.time.now();
      expect(Math.floor(behindMs / 1_000)).toBe(0);
    }
  });
});
