/** VPCs that share DNS: hub and spokes (vpc-endpoint-gateways §1.7, §3.3, §5.1, §10.1). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Reply } from './client.ts';
import { disabled, startDnsFixture, type DnsFixture } from './dns-fixture.ts';
import { distinctTarget, refusal } from './fixture.ts';
import { DNS_BINDING_CONNECTOR_ROLE } from './vpc/authorizations.ts';

let fixture: DnsFixture;

beforeEach(async () => {
  fixture = await startDnsFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

describe('a topology', () => {
  it('shows at both ends, with the gateways that the spoke shares', async () => {
    const { id } = await fixture.stableGateway(fixture.inVpc('vpc-1'));
    await fixture.stableGateway(fixture.inVpc('vpc-1', { ...disabled, target: distinctTarget(1) }));
    const binding = await fixture.join('vpc-1');
    for (const [vpc, other] of [
      ['vpc-1', 'hub'],
      ['hub', 'vpc-1'],
    ] as const) {
      expect((await fixture.call('GET', `/vpcs/${fixture.vpc(vpc)}`)).body.dns).toMatchObject({
        enable_hub: vpc === 'hub',
        resolution_binding_count: 1,
      });
      expect((await fixture.call('GET', fixture.bindingsOf(vpc))).body.dns_resolution_bindings).toMatchObject(
        [{ id: binding.id, lifecycle_state: 'stable', vpc: { name: other }, endpoint_gateways: [{ id }] }],
      );
    }
  });

  it('ends with 202 and the binding, which is gone a while later', async () => {
    const { id } = await fixture.join('vpc-1');
    const path = `${fixture.bindingsOf('vpc-1')}/${id}`;
    expect(await fixture.call('DELETE', path)).toMatchObject({
      status: 202,
      body: { id, lifecycle_state: 'deleting' },
    });
    fixture.settle();
    expect((await fixture.call('GET', path)).status).toBe(404);
    expect((await fixture.call('GET', `/vpcs/${fixture.vpc('hub')}`)).body.dns.resolution_binding_count).toBe(
      0,
    );
  });

  it('does not mind gateways that are not shared', async () => {
    await fixture.join('vpc-1');
    await fixture.stableGateway(fixture.inVpc('vpc-1', disabled));
    expect((await fixture.create('hub')).status).toBe(201);
  });

  it('lets a hub be made of a VPC, and unmade, while nobody has joined', async () => {
    for (const enableHub of [true, false]) {
      const { status, body } = await fixture.call('PATCH', `/vpcs/${fixture.vpc('vpc-1')}`, {
        dns: { enable_hub: enableHub },
      });
      expect([status, body.dns.enable_hub]).toEqual([200, enableHub]);
    }
  });

  it('is filtered and renamed', async () => {
    const { id } = await fixture.join('vpc-1');
    await fixture.join('vpc-2');
    const path = fixture.bindingsOf('hub');
    await fixture.call('PATCH', `${path}/${id}`, { name: 'first' });
    const found = async (query: string): Promise<number> =>
      (await fixture.call('GET', `${path}?${query}`)).body.total_count;
    expect(await found('name=first')).toBe(1);
    expect(await found('vpc.name=vpc-2')).toBe(1);
    expect(await found(`account.id=${'0'.repeat(32)}`)).toBe(0);
    const sorted = (await fixture.call('GET', `${path}?sort=-name`)).body.dns_resolution_bindings;
    const names = (sorted as Array<{ name: string }>).map(({ name }) => name);
    expect(names).toEqual(names.toSorted().toReversed());
  });
});

const remote = (id: string): object => ({ account: { id, resource_type: 'account' } });

describe('a hub of another account', () => {
  it('is joined only with its authorization, and is remote then', async () => {
    const { seed } = fixture.cloud.control;
    const account = seed.account('central').id;
    const { crn } = seed.vpc({ account: 'central', name: 'central-hub', enableHub: true });
    const ask = async (): Promise<Reply> =>
      fixture.call('POST', fixture.bindingsOf('vpc-1'), { vpc: { crn } });
    expect(refusal(await ask())).toEqual({ status: 401, code: 'not_authorized' });
    seed.authorization({
      account: 'central',
      subject: {
        accountId: fixture.cloud.control.account('default').id,
        serviceName: 'is',
        resourceType: 'vpc',
      },
      resource: { accountId: account, serviceName: 'is' },
      roles: [DNS_BINDING_CONNECTOR_ROLE],
    });
    await fixture.stableGateway(fixture.inVpc('vpc-1'));
    const { body } = await ask();
    expect(body.vpc.remote).toEqual(remote(account));
    expect(body.endpoint_gateways[0].remote).toBeUndefined();
    const central = await connect(fixture.cloud, { account: 'central' });
    const path = `/vpcs/${body.vpc.id}/dns_resolution_bindings?account.id=${fixture.cloud.control.account('default').id}`;
    const [theirs] = (await central.vpc('GET', path)).body.dns_resolution_bindings;
    const own = remote(fixture.cloud.control.account('default').id);
    expect([theirs.vpc.remote, theirs.endpoint_gateways[0].remote]).toEqual([own, own]);
  });
});

/** Lifecycle state and reason codes. */
const reasons = async (id: string): Promise<unknown[]> => {
  const { lifecycle_state: state, lifecycle_reasons: all } = (
    await fixture.call('GET', `/endpoint_gateways/${id}`)
  ).body;
  return [state, ...(all as Array<{ code: string }>).map(({ code }) => code)];
};

describe('DNS sharing', () => {
  const settingUp = ['updating', 'dns_resolution_binding_pending'];

  it('takes its time, and gateways say so', async () => {
    const { settings, clock } = fixture.cloud.control;
    const { id } = await fixture.stableGateway(fixture.inVpc('vpc-1'));
    settings.dnsSharingMs = 60_000;
    await fixture.requestToJoin('vpc-1');
    expect(await reasons(id)).toEqual(settingUp);
    clock.advance(59_000);
    expect(await reasons(id)).toEqual(settingUp);
    clock.advance(1_000);
    expect(await reasons(id)).toEqual(['stable']);
  });

  it('takes it also for a new gateway and for a new mode', async () => {
    const { settings, clock } = fixture.cloud.control;
    await fixture.join('vpc-1');
    settings.dnsSharingMs = 60_000;
    const { id } = (await fixture.create('vpc-1', disabled)).body;
    fixture.settle();
    expect(await reasons(id)).toEqual(['stable']);
    await fixture.setMode(id, 'primary');
    expect(await reasons(id)).toEqual(settingUp);
    const { id: other } = (await fixture.create('vpc-1', { target: distinctTarget(1) })).body;
    expect(await reasons(other)).toEqual(['pending', 'dns_resolution_binding_pending']);
    clock.advance(60_000);
    expect([await reasons(id), await reasons(other)]).toEqual([['stable'], ['stable']]);
  });

  it('does not start again at once after it ended, where that is set', async () => {
    const { settings, clock } = fixture.cloud.control;
    const binding = await fixture.join('vpc-1');
    const { id } = await fixture.stableGateway(fixture.inVpc('vpc-1'));
    settings.dnsRestMs = 300_000;
    await fixture.setMode(id, 'disabled');
    const tooSoon = { status: 409, code: 'invalid_state' };
    expect(refusal(await fixture.setMode(id, 'primary'))).toEqual(tooSoon);
    await fixture.call('DELETE', `/endpoint_gateways/${id}`);
    await fixture.call('DELETE', `${fixture.bindingsOf('vpc-1')}/${binding.id}`);
    clock.advance(200_000);
    expect(refusal(await fixture.requestToJoin('vpc-1'))).toEqual(tooSoon);
    clock.advance(300_000);
    expect((await fixture.requestToJoin('vpc-1')).status).toBe(201);
    expect((await fixture.create('vpc-1')).status).toBe(201);
  });
});
