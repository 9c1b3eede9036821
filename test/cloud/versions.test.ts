/** Version dates, the generation parameter, and the two forms of DNS fields (vpc-endpoint-gateways §1.2, §2.3). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NEW_VERSION, OLD_VERSION } from './client.ts';
import { distinctTarget, refusal, startFixture, targetCrn, type Fixture } from './fixture.ts';

let fixture: Fixture;
let created = 0;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await fixture.cloud.stop();
});

const objectStorage = { resource_type: 'provider_cloud_service', crn: targetCrn('object-storage') };

describe('the query of every call', () => {
  const cases = [
    ['', 'missing_version', 'version'],
    ['?version=yesterday&generation=2', 'invalid_version', 'version'],
    ['?version=2026-13-40&generation=2', 'invalid_version', 'version'],
    ['?version=2018-12-31&generation=2', 'invalid_version_range', 'version'],
    ['?version=2999-01-01&generation=2', 'invalid_version_range', 'version'],
    ['?version=2026-03-24', 'missing_generation_parameter', 'generation'],
    ['?version=2026-03-24&generation=1', 'invalid_generation_parameter', 'generation'],
  ] as const;

  it.each(cases)('%s gives %s', async (query, code, parameter) => {
    const response = await fetch(`${fixture.cloud.plainEndpoints.vpc('us-south')}/vpcs${query}`);
    const body: unknown = await response.json();
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ errors: [{ code, target: { name: parameter, type: 'parameter' } }] });
  });
});

describe('the DNS fields', () => {
  afterEach(() => {
    created += 1;
  });

  const modes = [
    ['disabled', { allow_dns_resolution_binding: false, allow_resource_binding: false }],
    ['primary', { allow_dns_resolution_binding: true, allow_resource_binding: false }],
    ['per_resource_binding', { allow_dns_resolution_binding: true, allow_resource_binding: true }],
  ] as const;

  it.each(modes)('mode %s is the same as the old %o', async (mode, booleans) => {
    const { client } = fixture;
    const { id } = fixture.cloud.control.seed.vpc({ name: `dns-${created}` });
    const body = fixture.gatewayBody({ vpc: { id }, target: objectStorage, ...booleans });
    const old = await client.vpc('POST', '/endpoint_gateways', { body, version: OLD_VERSION });
    expect(old.status).toBe(201);
    expect(old.body).toMatchObject(booleans);
    expect(old.body).not.toHaveProperty('dns_resolution_binding_mode');
    const path = `/endpoint_gateways/${old.body.id}`;
    const now = (await client.vpc('GET', path, { version: NEW_VERSION })).body;
    expect(now.dns_resolution_binding_mode).toBe(mode);
    expect(now).not.toHaveProperty('allow_dns_resolution_binding');
    expect(now).not.toHaveProperty('allow_resource_binding');
  });

  it('default to primary', async () => {
    const gateway = await fixture.createGateway({ target: distinctTarget(created) });
    expect(gateway.dns_resolution_binding_mode).toBe('primary');
  });

  it.each([
    [NEW_VERSION, { allow_dns_resolution_binding: true }, 'field_no_longer_supported'],
    [OLD_VERSION, { dns_resolution_binding_mode: 'primary' }, 'bad_field'],
    [OLD_VERSION, { allow_dns_resolution_binding: false, allow_resource_binding: true }, 'bad_field'],
    [NEW_VERSION, { dns_resolution_binding_mode: 'sometimes' }, 'validation_enum'],
  ])('of version %s refuse %o', async (version, fields, code) => {
    const body = fixture.gatewayBody({ target: distinctTarget(created), ...fields });
    const reply = await fixture.client.vpc('POST', '/endpoint_gateways', { body, version });
    expect(refusal(reply)).toEqual({ status: 400, code });
  });

  it('can be patched in either form', async () => {
    const { client } = fixture;
    const gateway = await fixture.createGateway({ target: distinctTarget(created) });
    const path = `/endpoint_gateways/${gateway.id}`;
    const mode = async (): Promise<string> =>
      (await client.vpc('GET', path)).body.dns_resolution_binding_mode;
    await client.vpc('PATCH', path, { body: { dns_resolution_binding_mode: 'disabled' } });
    expect(await mode()).toBe('disabled');
    const body = { allow_dns_resolution_binding: true };
    expect((await client.vpc('PATCH', path, { body, version: OLD_VERSION })).status).toBe(200);
    expect(await mode()).toBe('primary');
  });

  it('can be filtered by', async () => {
    const { client } = fixture;
    const { id: vpc } = fixture.cloud.control.seed.vpc({ name: 'filtered' });
    for (const [index, dnsResolutionBindingMode] of ['disabled', 'primary'].entries()) {
      const target = distinctTarget(100 + index);
      await fixture.createGateway({
        vpc: { id: vpc },
        target,
        dns_resolution_binding_mode: dnsResolutionBindingMode,
      });
    }
    const count = async (filter: string, version: string): Promise<number> =>
      (await client.vpc('GET', `/endpoint_gateways?vpc.id=${vpc}&${filter}`, { version })).body.total_count;
    expect(await count('dns_resolution_binding_mode=disabled', NEW_VERSION)).toBe(1);
    expect(await count('dns_resolution_binding_mode=disabled,primary', NEW_VERSION)).toBe(2);
    expect(await count('allow_dns_resolution_binding=true', OLD_VERSION)).toBe(1);
  });
});

describe('security group rules', () => {
  it('say all in old versions where new ones say any or icmp_tcp_udp', async () => {
    const path = `/security_groups/${fixture.securityGroup('vpc-1-default')}`;
    const protocol = async (version: string): Promise<string> =>
      (await fixture.client.vpc('GET', path, { version })).body.rules[0].protocol;
    expect([await protocol(OLD_VERSION), await protocol(NEW_VERSION)]).toEqual(['all', 'any']);
  });
});
