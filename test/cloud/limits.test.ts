/** What a cloud has no room for, or no permission for (vpc-endpoint-gateways §4.5, §10.2). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from './client.ts';
import { distinctTarget, refusal, startFixture, type BrokenRule, type Fixture } from './fixture.ts';
import { VIEWER_ROLE } from './vpc/authorizations.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const create = async (changes: object): Promise<Reply> =>
  fixture.client.vpc('POST', '/endpoint_gateways', { body: fixture.gatewayBody(changes) });

const overQuota = { status: 400, code: 'over_quota' };

const cases: readonly BrokenRule[] = [
  {
    rule: 'gateways of a VPC',
    ...overQuota,
    async breakIt({ cloud, createGateway }) {
      cloud.control.settings.mostGatewaysPerVpc = 1;
      await createGateway();
      return create({ target: distinctTarget(1) });
    },
  },
  {
    rule: 'reserved IPs of a region',
    ...overQuota,
    async breakIt({ cloud, client, subnet }) {
      // The seed reserves one address in each of its four VPCs.
      cloud.control.settings.mostReservedIPsPerRegion = 5;
      const path = `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`;
      expect((await client.vpc('POST', path, { body: {} })).status).toBe(201);
      return client.vpc('POST', path, { body: {} });
    },
  },
  {
    rule: 'security groups of a VPC',
    ...overQuota,
    async breakIt({ cloud, client, vpc }) {
      cloud.control.settings.mostSecurityGroupsPerVpc = 3;
      return client.vpc('POST', '/security_groups', { body: { vpc: { id: vpc('vpc-1') } } });
    },
  },
  {
    rule: 'rules of a security group',
    ...overQuota,
    async breakIt({ client, vpc }) {
      const rules = Array.from({ length: 251 }, () => ({ direction: 'inbound', protocol: 'any' }));
      return client.vpc('POST', '/security_groups', { body: { vpc: { id: vpc('vpc-1') }, rules } });
    },
  },
  {
    rule: 'targets of a security group, in a create',
    ...overQuota,
    async breakIt({ cloud, createGateway, securityGroup }) {
      cloud.control.settings.mostTargetsPerSecurityGroup = 1;
      const groups = { security_groups: [{ id: securityGroup('vpc-1-web') }] };
      await createGateway(groups);
      return create({ ...groups, target: distinctTarget(1) });
    },
  },
  {
    rule: 'targets of a security group, when attaching',
    ...overQuota,
    async breakIt({ cloud, client, createGateway, securityGroup }) {
      cloud.control.settings.mostTargetsPerSecurityGroup = 1;
      const group = securityGroup('vpc-1-web');
      await createGateway({ security_groups: [{ id: group }] });
      const { id } = await createGateway({ target: distinctTarget(1) });
      return client.vpc('PUT', `/security_groups/${group}/targets/${id}`);
    },
  },
  {
    rule: 'addresses of a subnet',
    status: 409,
    code: 'subnet_out_of_ip_addresses',
    async breakIt({ cloud }) {
      const place = { vpc: 'vpc-1', name: 'tiny', zone: 'us-south-1', cidr: '10.1.8.0/29' };
      const { id } = cloud.control.seed.subnet(place);
      for (const address of ['10.1.8.4', '10.1.8.5', '10.1.8.6']) {
        cloud.control.seed.reservedIP({ subnet: 'tiny', address });
      }
      return create({ ips: [{ subnet: { id } }] });
    },
  },
];

describe('there are only so many', () => {
  it.each(cases)('$rule', async ({ breakIt, status, code }) => {
    expect(refusal(await breakIt(fixture))).toEqual({ status, code });
  });

  it('but any number of targets of a default security group', async () => {
    fixture.cloud.control.settings.mostTargetsPerSecurityGroup = 1;
    await fixture.createGateway();
    expect((await create({ target: distinctTarget(1) })).status).toBe(201);
  });
});

/** Has the account `owner` let gateways of ours use something of its own. */
function authorize(resource: object, roles = [VIEWER_ROLE]): void {
  const { control } = fixture.cloud;
  const [own, owner] = [control.account('default').id, control.account('owner').id];
  control.seed.authorization({
    account: 'owner',
    subject: { accountId: own, serviceName: 'is', resourceType: 'endpoint-gateway' },
    resource: { accountId: owner, ...resource },
    roles,
  });
}

describe('a target of another account', () => {
  const instance = '33333333-3333-4333-8333-333333333333';

  /** An instance of Key Protect in an account that this cloud knows. */
  const foreignTarget = (): object => {
    const { id } = fixture.cloud.control.seed.account('owner');
    const crn = `crn:v1:bluemix:public:kms:us-south:a/${id}:${instance}::`;
    return { target: { resource_type: 'provider_cloud_service', crn } };
  };

  it('needs an authorization', async () => {
    expect(refusal(await create(foreignTarget()))).toEqual({ status: 403, code: 'not_authorized' });
    expect(fixture.cloud.control.area('default', 'us-south').gateways.size).toBe(0);
  });

  it.each([
    ['for the service', { serviceName: 'kms' }],
    ['for the instance', { serviceName: 'kms', serviceInstance: instance }],
  ])('is reached with one %s', async (_, resource) => {
    const target = foreignTarget();
    authorize(resource);
    expect((await create(target)).status).toBe(201);
  });

  it.each([
    ['another service', { serviceName: 'cloud-object-storage' }, [VIEWER_ROLE]],
    ['another instance', { serviceName: 'kms', serviceInstance: 'other' }, [VIEWER_ROLE]],
    ['another role', { serviceName: 'kms' }, ['crn:v1:bluemix:public:iam::::serviceRole:Reader']],
  ])('is not reached with one for %s', async (_, resource, roles) => {
    const target = foreignTarget();
    authorize(resource, roles);
    expect((await create(target)).status).toBe(403);
  });
});

it('a stranger acts at the very moment of a call', async () => {
  const { cloud, client } = fixture;
  cloud.control.faults.add({
    operation: 'create_endpoint_gateway',
    times: 1,
    meanwhile: async () => {
      await client.vpc('POST', '/endpoint_gateways', { body: fixture.gatewayBody({ name: 'stranger' }) });
    },
  });
  expect(refusal(await create({ name: 'ours' }))).toEqual({ status: 409, code: 'duplicate_error' });
  const { gateways } = cloud.control.area('default', 'us-south');
  expect([...gateways.values()].map(({ name }) => name)).toEqual(['stranger']);
});
