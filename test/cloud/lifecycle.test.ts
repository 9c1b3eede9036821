/** How resources change with time (vpc-endpoint-gateways §3.4, §5.1), on a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../lib/until.ts';
import type { Reply } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';
import { standardSettings } from './settings.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const read = async (id: string): Promise<Reply> => fixture.client.vpc('GET', `/endpoint_gateways/${id}`);
const stateOf = async (id: string): Promise<string> => (await read(id)).body.lifecycle_state;
const advance = (ms: number): void => fixture.cloud.control.clock.advance(ms);
const { pendingMs, addressMs, createMs, changeMs, deleteMs } = standardSettings;

/** The states that the cloud held, each once, in order. */
const heldStates = (id: string): string[] =>
  fixture.cloud.control.stateLog
    .of(id)
    .map(({ lifecycleState }) => lifecycleState)
    .filter((state, index, all) => state !== all[index - 1]);

describe('a new gateway', () => {
  it('reads pending, then updating, then stable, and shows its address on the way', async () => {
    const { id } = await fixture.createGateway({
      ips: [{ subnet: { id: fixture.subnet('vpc-1-zone-1-a') } }],
    });
    const addresses = async (): Promise<string> => (await read(id)).body.ips[0].address;
    expect([await stateOf(id), await addresses()]).toEqual(['pending', '0.0.0.0']);
    advance(pendingMs);
    expect([await stateOf(id), await addresses()]).toEqual(['updating', '0.0.0.0']);
    advance(addressMs - pendingMs);
    expect([await stateOf(id), await addresses()]).toEqual(['updating', '10.1.0.4']);
    advance(createMs - addressMs);
    expect([await stateOf(id), await addresses()]).toEqual(['stable', '10.1.0.4']);
    expect(heldStates(id)).toEqual(['pending', 'updating', 'stable']);
  });

  it('is answered as it was accepted, however late the answer comes', async () => {
    const { control } = fixture.cloud;
    control.settings.lockHoldMs = 1;
    const creating = fixture.createGateway();
    const vpc = control.area('default', 'us-south').vpcs.get(fixture.vpc('vpc-1'));
    await until(() => vpc?.locked, { what: 'the create is accepted' });
    fixture.settle();
    const { id, lifecycle_state: answered } = await creating;
    expect([answered, await stateOf(id)]).toEqual(['pending', 'stable']);
  });

  it('gets the default security group and a random name when asked for none', async () => {
    const { name, security_groups: groups } = await fixture.createGateway({ security_groups: [] });
    expect(name).toMatch(/^[a-z]+(-[a-z]+){3}$/);
    expect(groups).toMatchObject([{ id: fixture.securityGroup('vpc-1-default') }]);
  });

  it('is missing from lists for the list lag, but not by id', async () => {
    fixture.cloud.control.settings.listLagMs = 60_000;
    const { id } = await fixture.createGateway();
    const listed = async (): Promise<number> =>
      (await fixture.client.vpc('GET', '/endpoint_gateways')).body.total_count;
    expect([(await read(id)).status, await listed()]).toEqual([200, 0]);
    advance(60_000);
    expect(await listed()).toBe(1);
  });

  it('is refused while its target is not registered yet', async () => {
    fixture.cloud.control.settings.registrationLagMs = 60_000;
    const create = async (): Promise<Reply> =>
      fixture.client.vpc('POST', '/endpoint_gateways', { body: fixture.gatewayBody() });
    const refused = await create();
    expect(refusal(refused)).toEqual({ status: 400, code: 'not_found' });
    expect(refused.body.errors[0].message).toContain('does not support VPE extensions');
    advance(60_000);
    expect((await create()).status).toBe(201);
  });
});

describe('a change', () => {
  const changes: ReadonlyArray<readonly [string, (id: string) => Promise<Reply>]> = [
    [
      'of the name',
      async (id) => fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'new' } }),
    ],
    [
      'of the security groups',
      async (id) =>
        fixture.client.vpc('PUT', `/security_groups/${fixture.securityGroup('vpc-1-web')}/targets/${id}`),
    ],
    [
      'of the IPs',
      async (id) =>
        fixture.client.vpc('POST', `/subnets/${fixture.subnet('vpc-1-zone-2-a')}/reserved_ips`, {
          body: { target: { id }, auto_delete: true },
        }),
    ],
  ];

  it.each(changes)('%s goes through updating', async (_what, change) => {
    const { id } = await fixture.stableGateway();
    expect((await change(id)).status).toBeLessThan(300);
    expect(await stateOf(id)).toBe('updating');
    advance(Math.max(changeMs, addressMs));
    expect(await stateOf(id)).toBe('stable');
    expect(heldStates(id)).toEqual(['pending', 'updating', 'stable', 'updating', 'stable']);
  });

  it('while another is under way moves the end out', async () => {
    const { id } = await fixture.stableGateway();
    const rename = async (name: string): Promise<Reply> =>
      fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name } });
    await rename('one');
    advance(changeMs - 1);
    await rename('two');
    advance(changeMs - 1);
    expect(await stateOf(id)).toBe('updating');
    advance(1);
    expect(await stateOf(id)).toBe('stable');
  });

  it('that changes nothing leaves the gateway stable: an empty patch, a repeated PUT', async () => {
    const {
      id,
      security_groups: groups,
      ips,
    } = await fixture.stableGateway({
      ips: [{ subnet: { id: fixture.subnet('vpc-1-zone-1-a') } }],
    });
    const { client } = fixture;
    expect((await client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: {} })).status).toBe(200);
    expect((await client.vpc('PUT', `/security_groups/${groups[0].id}/targets/${id}`)).status).toBe(200);
    expect((await client.vpc('PUT', `/endpoint_gateways/${id}/ips/${ips[0].id}`)).status).toBe(201);
    expect(await stateOf(id)).toBe('stable');
  });

  it('can be found in the state log by what it asks for', async () => {
    const { id } = await fixture.stableGateway({ name: 'old' });
    const { clock, stateLog } = fixture.cloud.control;
    await fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'new' } });
    const askedMs = clock.now();
    fixture.settle();
    const held = stateLog.firstHeld(id, (state) => state.name === 'new' && state.lifecycleState === 'stable');
    expect(held).toBe(askedMs + changeMs);
    expect(stateLog.firstHeld(id, ({ name }) => name === 'never')).toBeUndefined();
  });
});

describe('a forced state', () => {
  it.each(['pending', 'updating'] as const)('%s stays until it is put back', async (lifecycleState) => {
    const { control } = fixture.cloud;
    const { id } = await fixture.createGateway();
    control.forceState(id, { lifecycleState });
    fixture.settle();
    await fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'new' } });
    fixture.settle();
    expect(await stateOf(id)).toBe(lifecycleState);
    control.forceState(id, { lifecycleState: 'stable' });
    await fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'newer' } });
    expect(await stateOf(id)).toBe('updating');
    fixture.settle();
    expect(await stateOf(id)).toBe('stable');
  });

  it.each([
    ['failed', 'inapplicable'],
    ['deleting', 'inapplicable'],
    ['suspended', 'ok'],
    ['stable', 'ok'],
  ] as const)('%s goes with health %s', async (lifecycleState, health) => {
    const { id } = await fixture.stableGateway();
    fixture.cloud.control.forceState(id, { lifecycleState });
    expect((await read(id)).body).toMatchObject({ lifecycle_state: lifecycleState, health_state: health });
  });
});

describe('a deleted gateway', () => {
  it('reads deleting, then 404, and takes tags and targets along', async () => {
    const { client, cloud } = fixture;
    const { id, crn, security_groups: groups } = await fixture.stableGateway();
    await client.tagging('POST', '/v3/tags/attach', {
      resources: [{ resource_id: crn }],
      tag_names: ['a:b'],
    });
    expect((await client.vpc('DELETE', `/endpoint_gateways/${id}`)).status).toBe(204);
    expect((await read(id)).body).toMatchObject({
      lifecycle_state: 'deleting',
      health_state: 'inapplicable',
    });
    expect(refusal(await client.vpc('DELETE', `/endpoint_gateways/${id}`)).code).toBe('invalid_state');
    advance(deleteMs);
    expect(refusal(await read(id))).toEqual({ status: 404, code: 'not_found' });
    expect((await client.vpc('GET', `/security_groups/${groups[0].id}/targets`)).body.targets).toEqual([]);
    expect(cloud.control.leftovers()).toEqual({ gateways: [], tags: [], reservedIPs: [] });
    expect(heldStates(id).slice(-2)).toEqual(['deleting', 'absent']);
  });

  it('stays a target of its security group for the detach lag', async () => {
    const { client, cloud, securityGroup } = fixture;
    cloud.control.settings.detachLagMs = 60_000;
    const group = securityGroup('vpc-1-web');
    const { id } = await fixture.stableGateway({ security_groups: [{ id: group }] });
    await client.vpc('DELETE', `/endpoint_gateways/${id}`);
    advance(deleteMs);
    expect((await read(id)).status).toBe(404);
    expect((await client.vpc('DELETE', `/security_groups/${group}`)).status).toBe(409);
    advance(60_000);
    expect((await client.vpc('DELETE', `/security_groups/${group}`)).status).toBe(204);
  });
});

describe('auto_delete decides what becomes of an IP', () => {
  const ends: ReadonlyArray<readonly [string, (id: string, ip: string) => Promise<Reply>]> = [
    [
      'when it is unbound',
      async (id, ip) => fixture.client.vpc('DELETE', `/endpoint_gateways/${id}/ips/${ip}`),
    ],
    ['when its gateway is deleted', async (id) => fixture.client.vpc('DELETE', `/endpoint_gateways/${id}`)],
  ];

  it.each(ends)('%s', async (_when, end) => {
    for (const [autoDelete, status] of [
      [true, 404],
      [false, 200],
    ] as const) {
      const subnet = fixture.subnet('vpc-1-zone-1-a');
      const { id, ips } = await fixture.stableGateway({
        ips: [{ subnet: { id: subnet }, auto_delete: autoDelete }],
      });
      expect((await end(id, ips[0].id)).status).toBe(204);
      fixture.settle();
      const left = await fixture.client.vpc('GET', `/subnets/${subnet}/reserved_ips/${ips[0].id}`);
      expect(left.status).toBe(status);
      expect(left.body.target).toBeUndefined();
      expect(fixture.cloud.control.leftovers().reservedIPs).toEqual([]);
      await fixture.client.vpc('DELETE', `/endpoint_gateways/${id}`);
      fixture.settle();
    }
  });

  it('a reserved IP that nobody bound is left over', async () => {
    const subnet = fixture.subnet('vpc-1-zone-1-a');
    const { body } = await fixture.client.vpc('POST', `/subnets/${subnet}/reserved_ips`, { body: {} });
    fixture.settle();
    const { reservedIPs } = fixture.cloud.control.leftovers();
    expect(reservedIPs).toEqual([
      { id: body.id, name: body.name, subnet, address: '10.1.0.4', gateway: undefined },
    ]);
  });
});

describe('a seeded gateway', () => {
  it('is stable with its address from the start, in lists as well, and is nobody’s leftover', async () => {
    const { client, cloud, vpc, subnet } = fixture;
    cloud.control.settings.listLagMs = 60_000;
    cloud.control.seed.endpointGateway({
      prototype: {
        vpc: { id: vpc('vpc-1') },
        target: { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' },
        ips: [{ subnet: { id: subnet('vpc-1-zone-1-a') } }],
      },
    });
    expect((await client.vpc('GET', '/endpoint_gateways')).body.endpoint_gateways).toMatchObject([
      {
        lifecycle_state: 'stable',
        ips: [{ address: '10.1.0.4' }],
        service_endpoints: ['time.adn.networklayer.com'],
      },
    ]);
    expect(cloud.control.leftovers()).toEqual({ gateways: [], tags: [], reservedIPs: [] });
  });
});
