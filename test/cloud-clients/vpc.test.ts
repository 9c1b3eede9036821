import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import type { GatewayRef } from '../../src/cloud/vpc.ts';
import type { EndpointGateway } from '../../src/cloud/vpc-types.ts';
import { type Fixture, startFixture, targetCrn } from '../cloud/fixture.ts';
import type { EndpointGateway as CloudGateway } from '../cloud/vpc/model.ts';
import { until } from '../lib/until.ts';
import { background, cloudErrorOf, openAccount, userAgent, serviceTarget } from './open-account.ts';

let fixture: Fixture;
let session: Session;
let gateway: EndpointGateway;
let ref: GatewayRef;

beforeEach(async () => {
  fixture = await startFixture();
  session = await (await openAccount(fixture.cloud)).session();
  gateway = await session.vpc.createGateway(
    {
      name: 'main',
      vpc: { id: fixture.vpc('vpc-1') },
      target: { crn: targetCrn('key-protect'), resource_type: 'provider_cloud_service' },
      ips: [{ subnet: { id: fixture.subnet('vpc-1-zone-1-a') }, name: 'zone-1', auto_delete: true }],
      security_groups: [{ id: fixture.securityGroup('vpc-1-web') }],
    },
    Infinity,
    background,
  );
  ref = { id: gateway.id, vpcId: gateway.vpc.id };
  fixture.settle();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

/** The gateway as the cloud holds it. */
function held(): CloudGateway | undefined {
  return fixture.cloud.control.area('default', 'us-south').gateways.get(gateway.id);
}

const read = async (): Promise<EndpointGateway> => session.vpc.getGateway(gateway.id, background);

test('create answers with the gateway; get and list show the same, stable later', async () => {
  expect(gateway).toMatchObject({ name: 'main', lifecycle_state: expect.stringMatching(/pending|updating/) });
  const now = await read();
  expect(now).toMatchObject({
    id: gateway.id,
    lifecycle_state: 'stable',
    dns_resolution_binding_mode: 'primary',
  });
  expect(await session.vpc.listGateways(background)).toEqual([now]);
});

test('a gateway changes its name and its DNS mode, each alone or both', async () => {
  await session.vpc.updateGateway(ref, { name: 'other' }, background);
  expect(held()).toMatchObject({ name: 'other', dnsResolutionBindingMode: 'primary' });
  await session.vpc.updateGateway(ref, { dns_resolution_binding_mode: 'disabled' }, background);
  expect(held()).toMatchObject({ name: 'other', dnsResolutionBindingMode: 'disabled' });
});

test('a gateway is deleted, and reads as absent then', async () => {
  await session.vpc.deleteGateway(ref, background);
  fixture.settle();
  expect(held()).toBeUndefined();
  expect(await cloudErrorOf(read())).toMatchObject({ reason: 'absent', code: 'not_found' });
});

describe('IPs', () => {
  test('are listed with what the gateway’s own answer leaves out', async () => {
    const ips = await session.vpc.listGatewayIPs(gateway.id, background);
    expect(ips).toMatchObject([
      {
        name: 'zone-1',
        auto_delete: true,
        address: expect.stringMatching(/^10\./),
        lifecycle_state: 'stable',
        owner: 'user',
        target: { id: gateway.id, resource_type: 'endpoint_gateway' },
      },
    ]);
  });

  test('are allocated in a subnet', async () => {
    const subnet = { id: fixture.subnet('vpc-1-zone-2-a') };
    await session.vpc.bindIP(ref, { subnet, name: 'zone-2', auto_delete: false }, background);
    fixture.settle();
    expect((await read()).ips.map(({ name }) => name).toSorted()).toEqual(['zone-1', 'zone-2']);
    const reserved = await session.vpc.listReservedIPs(subnet.id, background);
    expect(reserved.find(({ name }) => name === 'zone-2')).toMatchObject({ auto_delete: false });
  });

  test('that exist are bound, unbound, and stay when they are to', async () => {
    const { seed } = fixture.cloud.control;
    const { id } = seed.reservedIP({ subnet: 'vpc-1-zone-2-a', name: 'kept', auto_delete: false });
    await session.vpc.bindIP(ref, { id }, background);
    fixture.settle();
    expect((await read()).ips.map((ip) => ip.id)).toContain(id);
    await session.vpc.unbindIP(ref, id, background);
    fixture.settle();
    expect((await read()).ips.map((ip) => ip.id)).not.toContain(id);
    const left = await session.vpc.listReservedIPs(fixture.subnet('vpc-1-zone-2-a'), background);
    expect(left.map((ip) => ip.id)).toContain(id);
  });

  test('change name and auto_delete', async () => {
    const [ip] = (await read()).ips;
    const at = { subnetId: fixture.subnet('vpc-1-zone-1-a'), id: ip?.id ?? '' };
    await session.vpc.updateReservedIP(ref, at, { name: 'renamed', auto_delete: false }, background);
    expect(await session.vpc.listGatewayIPs(gateway.id, background)).toMatchObject([
      { name: 'renamed', auto_delete: false },
    ]);
  });
});

test('security groups are attached and detached, the last one not', async () => {
  const [web, data] = [fixture.securityGroup('vpc-1-web'), fixture.securityGroup('vpc-1-data')];
  await session.vpc.attachSecurityGroup(ref, data, background);
  fixture.settle();
  await session.vpc.detachSecurityGroup(ref, web, background);
  fixture.settle();
  expect((await read()).security_groups.map(({ id }) => id)).toEqual([data]);
  await cloudErrorOf(session.vpc.detachSecurityGroup(ref, data, background));
});

test('an id from outside cannot leave its place in the path', async () => {
  const { requestLog } = fixture.cloud.control;
  await cloudErrorOf(session.vpc.getGateway('../vpcs?x=', background));
  expect(requestLog.entries().at(-1)).toMatchObject({ operation: 'get_endpoint_gateway', status: 404 });
});

test('calls carry version, generation, our name and a request id', () => {
  const { requestLog } = fixture.cloud.control;
  const [create] = requestLog.entries({ operation: 'create_endpoint_gateway' });
  expect(create).toMatchObject({
    query: { version: '2025-11-18', generation: '2' },
    userAgent,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

/** Twelve gateways in two VPCs, all created at once, while each create holds its VPC for a while. */
async function createMany(): Promise<void> {
  const { control } = fixture.cloud;
  control.settings.lockHoldMs = 20;
  control.clock.resume();
  const creates = Array.from({ length: 12 }, async (_, index) =>
    session.vpc.createGateway(
      {
        name: `gateway-${index}`,
        vpc: { id: fixture.vpc(`vpc-${2 + (index % 2)}`) },
        target: serviceTarget(index),
      },
      Infinity,
      background,
    ),
  );
  await Promise.all(creates);
}

test('a create whose turn comes too late is not sent, and says so', async () => {
  const { control } = fixture.cloud;
  const before = control.requestLog.lastSequence;
  const target = serviceTarget(0);
  const create = session.vpc.createGateway(
    { name: 'late', vpc: { id: fixture.vpc('vpc-2') }, target },
    session.time.now(),
    background,
  );
  await expect(create).rejects.toMatchObject({ reason: 'conflict', maybeCommitted: false });
  expect(control.requestLog.entries({ method: 'POST', after: before })).toEqual([]);
});

test('the cloud’s words are masked and cut before they go anywhere', async () => {
  const message = `Bearer ${'x'.repeat(40)} ${'words '.repeat(1_000)}`;
  const reasons = [{ code: 'internal_error', message }];
  fixture.cloud.control.forceState(gateway.id, { lifecycleState: 'failed', lifecycleReasons: reasons });
  const [listed] = await session.vpc.listGateways(background);
  for (const seen of [listed, await session.vpc.getGateway(gateway.id, background)]) {
    expect(seen?.lifecycle_reasons[0]?.message).toMatch(/^Bearer \[masked\] words/);
    expect(seen?.lifecycle_reasons[0]?.message.length).toBeLessThanOrEqual(300);
  }
});

test('the reasons of a lifecycle come in one order, whatever the answer’s', async () => {
  const reasons = ['internal_error', 'access_denied', 'access_denied'].map((code, index) => ({
    code,
    message: `words ${3 - index}`,
  }));
  for (const lifecycleReasons of [reasons, reasons.toReversed()]) {
    fixture.cloud.control.forceState(gateway.id, { lifecycleState: 'failed', lifecycleReasons });
    const seen = await session.vpc.getGateway(gateway.id, background);
    expect(seen.lifecycle_reasons.map(({ message }) => message)).toEqual(['words 1', 'words 2', 'words 3']);
  }
});

describe('writes to one VPC', () => {
  test('never overlap: the cloud’s lock is never met', async () => {
    await createMany();
    const log = fixture.cloud.control.requestLog.entries({ operation: 'create_endpoint_gateway' });
    expect(log.slice(1).map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    for (const vpc of ['vpc-2', 'vpc-3']) {
      const arrivals = log
        .filter(({ body }) => (body as { vpc: { id: string } }).vpc.id === fixture.vpc(vpc))
        .map(({ atMs }) => atMs);
      const gaps = arrivals.slice(1).map((atMs, index) => atMs - (arrivals[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20);
    }
  });

  test('of a pass that ends do not hold up the others', async () => {
    const { control } = fixture.cloud;
    control.faults.add({ method: 'PATCH', delayMs: 86_400_000, times: 1 });
    const stop = new AbortController();
    const before = control.requestLog.lastSequence;
    const hanging = session.vpc.updateGateway(
      ref,
      { name: 'first' },
      { signal: stop.signal, priority: 'user' },
    );
    const next = session.vpc.updateGateway(ref, { name: 'second' }, background);
    await until(() => control.requestLog.lastSequence > before, { what: 'the first write hangs' });
    stop.abort(new Error('ended'));
    await expect(hanging).rejects.toThrow('ended');
    await next;
    expect(held()?.name).toBe('second');
  });
});
