/** What the VPC API refuses to understand, and how it says so (vpc-endpoint-gateways §2, §4). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await fixture.cloud.stop();
});

const cloudService = (crn: string): object => ({
  target: { resource_type: 'provider_cloud_service', crn },
});

describe('a create is refused', () => {
  const cases: ReadonlyArray<readonly [string, () => unknown, string, string | undefined]> = [
    ['without a body', () => undefined, 'validation_invalid_field_type', undefined],
    [
      'without a target',
      () => ({ vpc: { id: fixture.vpc('vpc-1') } }),
      'validation_required_field',
      'target',
    ],
    ['without a VPC', () => ({ ...cloudService('crn:v1') }), 'validation_required_field', 'vpc'],
    ['with an unknown field', () => fixture.gatewayBody({ nmae: 'misspelt' }), 'bad_field', 'nmae'],
    [
      'with a name in capitals',
      () => fixture.gatewayBody({ name: 'Gateway' }),
      'validation_invalid_name',
      'name',
    ],
    [
      'with a name of 64',
      () => fixture.gatewayBody({ name: 'a'.repeat(64) }),
      'validation_failed_max_length',
      'name',
    ],
    ['with an empty name', () => fixture.gatewayBody({ name: '' }), 'validation_failed_min_length', 'name'],
    [
      'with a number for a name',
      () => fixture.gatewayBody({ name: 7 }),
      'validation_invalid_field_type',
      'name',
    ],
    [
      'with two identities of the VPC',
      () => fixture.gatewayBody({ vpc: { id: fixture.vpc('vpc-1'), href: 'https://vpc/v1/vpcs/1' } }),
      'validation_failed_oneof',
      'vpc',
    ],
    ['with an unknown VPC', () => fixture.gatewayBody({ vpc: { id: 'r006-nothing' } }), 'not_found', 'vpc'],
    [
      'with an unknown resource group',
      () => fixture.gatewayBody({ resource_group: { id: 'nothing' } }),
      'not_found',
      'resource_group',
    ],
    [
      'with an unknown kind of target',
      () => fixture.gatewayBody({ target: { resource_type: 'service', crn: 'crn:v1' } }),
      'validation_enum',
      'target.resource_type',
    ],
    [
      'with a CRN of nine segments',
      () => fixture.gatewayBody(cloudService('crn:v1:bluemix:public:kms:us-south::::')),
      'not_found',
      'target.crn',
    ],
    [
      'with a CRN of three segments',
      () => fixture.gatewayBody(cloudService('crn:v1:bluemix')),
      'bad_field',
      'target.crn',
    ],
    [
      'with an instance of a service that cannot be a target',
      () =>
        fixture.gatewayBody(
          cloudService('crn:v1:bluemix:public:toaster:us-south:a/0123456789abcdef0123456789abcdef:bread::'),
        ),
      'not_found',
      'target.crn',
    ],
    [
      'with an unknown infrastructure service',
      () =>
        fixture.gatewayBody({ target: { resource_type: 'provider_infrastructure_service', name: 'dns' } }),
      'not_found',
      'target.name',
    ],
    [
      'with an IP that is neither old nor new',
      () => fixture.gatewayBody({ ips: [{ auto_delete: true }] }),
      'validation_failed_oneof',
      'ReservedIPIdentity.ReservedIPIdentity',
    ],
    [
      'with a bad address',
      () => fixture.gatewayBody({ ips: [{ subnet: { id: 'x' }, address: '10.1.0.300' }] }),
      'validation_invalid_address',
      'ips[0].address',
    ],
    [
      'with an IP name of the provider',
      () =>
        fixture.gatewayBody({
          ips: [{ subnet: { id: fixture.subnet('vpc-1-zone-1-a') }, name: 'ibm-mine' }],
        }),
      'validation_invalid_name',
      'name',
    ],
  ];

  it.each(cases)('%s', async (_how, body, code, target) => {
    const reply = await fixture.client.vpc('POST', '/endpoint_gateways', { body: body() });
    expect(refusal(reply)).toEqual({ status: 400, code });
    expect(reply.body.errors[0].target?.name).toBe(target);
    expect(reply.body.trace).toBe(reply.headers.get('x-request-id'));
    expect(fixture.cloud.control.leftovers().gateways).toEqual([]);
  });

  it('when it is not JSON', async () => {
    const url = `${fixture.cloud.plainEndpoints.vpc('us-south')}/endpoint_gateways?version=2026-03-24&generation=2`;
    const headers = { authorization: `Bearer ${fixture.client.token}` };
    const response = await fetch(url, { method: 'POST', headers, body: '{"name": endpoint-gateway-1"' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'bad_request' }] });
  });
});

describe('what IBM clients really send is accepted', () => {
  it('an IP id beside an empty subnet id, as Terraform sends it', async () => {
    const { id } = fixture.cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a' });
    const gateway = await fixture.createGateway({ ips: [{ id, subnet: { id: '' } }] });
    expect(gateway.ips).toMatchObject([{ id, address: '10.1.0.4' }]);
  });

  it('identities by CRN and by href', async () => {
    const { client } = fixture;
    const vpc = (await client.vpc('GET', `/vpcs/${fixture.vpc('vpc-2')}`)).body;
    const subnet = (await client.vpc('GET', `/subnets/${fixture.subnet('vpc-2-zone-1-a')}`)).body;
    const group = (await client.vpc('GET', `/security_groups/${fixture.securityGroup('vpc-2-web')}`)).body;
    const gateway = await fixture.createGateway({
      vpc: { crn: vpc.crn },
      ips: [{ subnet: { href: subnet.href } }],
      security_groups: [{ crn: group.crn }],
      resource_group: { id: vpc.resource_group.id },
    });
    expect(gateway.vpc.id).toBe(vpc.id);
    expect(gateway.ips[0].href.split('/')[5]).toBe(subnet.id);
  });

  it.each(['application/merge-patch+json', 'application/json', 'application/x-www-form-urlencoded'])(
    'a patch as %s',
    async (type) => {
      const { id } = await fixture.createGateway({
        vpc: { id: fixture.cloud.control.seed.vpc({ name: type }).id },
      });
      const headers = { 'content-type': type };
      const reply = await fixture.client.vpc('PATCH', `/endpoint_gateways/${id}`, {
        body: { name: 'new' },
        headers,
      });
      expect(reply).toMatchObject({ status: 200, body: { name: 'new' } });
    },
  );
});

const createSubnet = async (body: object): Promise<{ status: number; code: string; cidr: string }> => {
  const reply = await fixture.client.vpc('POST', '/subnets', {
    body: { vpc: { id: fixture.vpc('vpc-3') }, ...body },
  });
  return { ...refusal(reply), cidr: reply.body.ipv4_cidr_block };
};

describe('subnets', () => {
  it('are made by size, in the first free place of the zone', async () => {
    const reply = await createSubnet({ total_ipv4_address_count: 256, zone: { name: 'us-south-1' } });
    expect(reply).toMatchObject({ status: 201, cidr: '10.9.5.0/24' });
  });

  it('are made by CIDR block', async () => {
    expect(await createSubnet({ ipv4_cidr_block: '10.10.128.0/20' })).toMatchObject({ status: 201 });
  });

  it.each([
    [{}, 'validation_failed_oneof'],
    [{ ipv4_cidr_block: '10.9.0.0/24' }, 'validation_invalid_cidr'],
    [{ ipv4_cidr_block: '192.168.0.0/24' }, 'validation_invalid_cidr'],
    [{ ipv4_cidr_block: '10.10.0.1/24' }, 'validation_invalid_cidr'],
    [{ total_ipv4_address_count: 256, zone: { name: 'us-south-9' } }, 'invalid_zone'],
    [{ total_ipv4_address_count: 256 }, 'validation_required_field'],
    [{ total_ipv4_address_count: 100, zone: { name: 'us-south-1' } }, 'bad_field'],
  ])('are not made from %o', async (body, code) => {
    expect(await createSubnet(body)).toMatchObject({ status: 400, code });
  });
});

const createRule = async (rule: object): Promise<{ status: number; code: string }> => {
  const rules = [{ direction: 'inbound', ...rule }];
  const body = { vpc: { id: fixture.vpc('vpc-4') }, rules };
  return refusal(await fixture.client.vpc('POST', '/security_groups', { body }));
};

describe('security group rules', () => {
  it.each([
    { protocol: 'tcp', port_min: 443, port_max: 443, remote: { cidr_block: '10.0.0.0/8' } },
    { protocol: 'icmp', type: 8, code: 0 },
    { protocol: 'all' },
    { protocol: 'number_99', remote: { address: '10.0.0.1' } },
  ])('may be %o', async (rule) => {
    expect(await createRule(rule)).toMatchObject({ status: 201 });
  });

  it.each([
    [{ protocol: 'smoke' }, 'validation_enum'],
    [{ protocol: 'udp', port_min: 2, port_max: 1 }, 'bad_field'],
    [{ protocol: 'any', port_min: 1, port_max: 2 }, 'bad_field'],
    [{ protocol: 'tcp', remote: { cidr_block: '10.0.0.0/33' } }, 'validation_invalid_cidr'],
    [{ protocol: 'tcp', remote: { id: 'r006-nothing' } }, 'not_found'],
  ])('may not be %o', async (rule, code) => {
    expect(await createRule(rule)).toEqual({ status: 400, code });
  });
});

describe('a path', () => {
  it.each(['/v1/instances', '/v2/vpcs', '/v1/load_balancers'])(
    '%s that nothing serves answers invalid_route',
    async (path) => {
      const base = fixture.cloud.plainEndpoints.vpc('us-south').replace('/v1', '');
      const response = await fetch(`${base}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errors: [{ code: 'invalid_route' }] });
    },
  );

  it.each(['/vpcs', '/subnets', '/security_groups', '/endpoint_gateways'])(
    'to an unknown id under %s answers not_found',
    async (path) => {
      expect(refusal(await fixture.client.vpc('GET', `${path}/r006-nothing`))).toEqual({
        status: 404,
        code: 'not_found',
      });
    },
  );

  it('of another account answers not_found as well', async () => {
    fixture.cloud.control.seed.account('other');
    const { id } = fixture.cloud.control.seed.vpc({ account: 'other', name: 'theirs' });
    expect(refusal(await fixture.client.vpc('GET', `/vpcs/${id}`)).code).toBe('not_found');
  });
});

describe('a VPC', () => {
  it('is deleted only in the version that If-Match names', async () => {
    const { client, settle } = fixture;
    const { id } = fixture.cloud.control.seed.vpc({ name: 'short-lived' });
    const { headers } = await client.vpc('GET', `/vpcs/${id}`);
    const etag = headers.get('etag') ?? '';
    const remove = async (ifMatch: string): Promise<number> =>
      (await client.vpc('DELETE', `/vpcs/${id}`, { headers: { 'if-match': ifMatch } })).status;
    expect(await remove('W/"stale"')).toBe(412);
    expect(await remove(etag)).toBe(204);
    settle();
    expect((await client.vpc('GET', `/vpcs/${id}`)).status).toBe(404);
  });
});
