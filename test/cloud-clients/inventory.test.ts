/** The inventory over a real listing: what our own writes do to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { CloudTime } from '../../src/cloud/cloud-time.ts';
import type { EndpointGateway } from '../../src/cloud/vpc-types.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { background, cloudErrorOf, never, openAccount, serviceTarget } from './open-account.ts';

let cloud: Cloud;
let clock: FakeClock;
let session: Session;
let targets = 0;

beforeAll(async () => {
  cloud = await startCloud({ settings: { lockHoldMs: 0 } });
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
  await session.vpc.renameGateway(ref, `renamed-${targets}`, background);
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
  await cloudErrorOf(session.vpc.renameGateway(ref, `lost-${targets}`, background));
  expect((await readFor(gateway.id))?.name).toBe(`lost-${targets}`);
});

test('a gateway that is proven gone is forgotten', async () => {
  const { id } = await createGateway();
  expect(session.inventory.lastWriteMs(id)).toBeGreaterThan(0);
  session.inventory.forget(id);
  expect(session.inventory.lastWriteMs(id)).toBe(0);
});

test('subnets and VPCs are listed as well', async () => {
  const subnets = await session.inventory.subnets.read(0, never);
  const area = cloud.control.area('default', 'us-south');
  expect(new Set(subnets.byId.keys())).toEqual(new Set(area.subnets.keys()));
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
