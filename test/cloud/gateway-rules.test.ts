/** The rules about gateways themselves (vpc-endpoint-gateways §3.2: R1–R5, R8, R16, R19, R24). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../lib/until.ts';
import {
  distinctTarget,
  refusal,
  startFixture,
  targetCrn,
  type BrokenRule,
  type Fixture,
} from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const cosTarget = { resource_type: 'provider_cloud_service', crn: targetCrn('object-storage') };

const cases: readonly BrokenRule[] = [
  {
    rule: 'R1: one gateway per target and VPC',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ client, createGateway, gatewayBody }) {
      await createGateway();
      return client.vpc('POST', '/endpoint_gateways', { body: gatewayBody() });
    },
  },
  {
    rule: 'R2: service endpoints do not overlap',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ client, createGateway, gatewayBody }) {
      const crn = 'crn:v1:bluemix:public:kms:us-south:a/0123456789abcdef0123456789abcdef:some-instance::';
      await createGateway();
      const target = { resource_type: 'provider_cloud_service', crn };
      return client.vpc('POST', '/endpoint_gateways', { body: gatewayBody({ target }) });
    },
  },
  {
    rule: 'R2: a wildcard endpoint covers its domain',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ client, createGateway, gatewayBody }) {
      const crn = 'crn:v1:bluemix:public:kms:us-south:::endpoint:*.us-south.kms.cloud.ibm.com';
      await createGateway();
      const target = { resource_type: 'provider_cloud_service', crn };
      return client.vpc('POST', '/endpoint_gateways', { body: gatewayBody({ target }) });
    },
  },
  {
    rule: 'R4: only some services bind resources',
    status: 400,
    code: 'bad_field',
    breakIt: async ({ client, gatewayBody }) =>
      client.vpc('POST', '/endpoint_gateways', {
        body: gatewayBody({ dns_resolution_binding_mode: 'per_resource_binding' }),
      }),
  },
  {
    rule: 'R5: gateways of a hub are primary',
    status: 400,
    code: 'bad_field',
    async breakIt({ cloud, client, gatewayBody }) {
      const { id } = cloud.control.seed.vpc({ name: 'hub', enableHub: true });
      const body = gatewayBody({ vpc: { id }, target: cosTarget, dns_resolution_binding_mode: 'disabled' });
      return client.vpc('POST', '/endpoint_gateways', { body });
    },
  },
  {
    rule: 'R5: and stay primary',
    status: 400,
    code: 'bad_field',
    async breakIt({ cloud, client, stableGateway }) {
      const { id: hub } = cloud.control.seed.vpc({ name: 'hub', enableHub: true });
      const { id } = await stableGateway({ vpc: { id: hub } });
      const body = { dns_resolution_binding_mode: 'disabled' };
      return client.vpc('PATCH', `/endpoint_gateways/${id}`, { body });
    },
  },
  {
    rule: 'R8: gateway names are unique in the VPC',
    status: 400,
    code: 'validation_unique_failed',
    async breakIt({ client, createGateway, gatewayBody }) {
      await createGateway({ name: 'same' });
      const body = gatewayBody({ name: 'same', target: cosTarget });
      return client.vpc('POST', '/endpoint_gateways', { body });
    },
  },
  {
    rule: 'R8: also after a rename',
    status: 400,
    code: 'validation_unique_failed',
    async breakIt({ client, stableGateway }) {
      await stableGateway({ name: 'taken' });
      const { id } = await stableGateway({ name: 'other', target: cosTarget });
      return client.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'taken' } });
    },
  },
  {
    rule: 'R16: a VPC with gateways is not deleted',
    status: 409,
    code: 'vpc_not_empty',
    async breakIt({ cloud, client, stableGateway }) {
      const { id } = cloud.control.seed.vpc({ name: 'no-subnets' });
      await stableGateway({ vpc: { id } });
      return client.vpc('DELETE', `/vpcs/${id}`);
    },
  },
  ...(['PATCH', 'DELETE'] as const).map((method) => ({
    rule: `R19: a suspended gateway takes no ${method}`,
    status: 409,
    code: 'invalid_state',
    async breakIt({ cloud, client, stableGateway }: Fixture) {
      const { id } = await stableGateway();
      const lifecycleReasons = [{ code: 'resource_suspended_by_provider', message: 'Suspended.' }];
      cloud.control.forceState(id, { lifecycleState: 'suspended', lifecycleReasons });
      return client.vpc(method, `/endpoint_gateways/${id}`, method === 'PATCH' ? { body: {} } : {});
    },
  })),
];

describe('a broken rule is refused', () => {
  it.each(cases)('$rule', async ({ breakIt, status, code }) => {
    expect(refusal(await breakIt(fixture))).toEqual({ status, code });
  });
});

describe('a kept rule is not', () => {
  it('allows the same target and name in another VPC', async () => {
    await fixture.createGateway({ name: 'same' });
    const other = await fixture.createGateway({ name: 'same', vpc: { id: fixture.vpc('vpc-2') } });
    expect(other.vpc.name).toBe('vpc-2');
  });

  it('creates duplicates when the checks are off', async () => {
    fixture.cloud.control.settings.duplicateChecks = false;
    const first = await fixture.createGateway({ name: 'same' });
    const second = await fixture.createGateway({ name: 'same' });
    expect(second.id).not.toBe(first.id);
  });

  it('frees name and target only when the deleted gateway is gone', async () => {
    const { client, gatewayBody, settle } = fixture;
    const { id } = await fixture.stableGateway({ name: 'same' });
    await client.vpc('DELETE', `/endpoint_gateways/${id}`);
    const body = gatewayBody({ name: 'same' });
    expect((await client.vpc('POST', '/endpoint_gateways', { body })).status).toBe(409);
    settle();
    expect((await client.vpc('POST', '/endpoint_gateways', { body })).status).toBe(201);
  });

  it('R24: refuses a second create in a VPC while the first is being processed', async () => {
    const { cloud, client, gatewayBody, vpc } = fixture;
    const { vpcs } = cloud.control.area('default', 'us-south');
    const isLocked = async (name: string): Promise<true> =>
      until(() => vpcs.get(vpc(name))?.locked === true, { what: `${name} is locked` });
    cloud.control.settings.lockHoldMs = 1_000;
    const first = client.vpc('POST', '/endpoint_gateways', { body: gatewayBody() });
    await isLocked('vpc-1');
    const target = distinctTarget(1);
    const second = await client.vpc('POST', '/endpoint_gateways', { body: gatewayBody({ target }) });
    expect(refusal(second)).toEqual({ status: 409, code: 'vpc_locked' });
    const body = gatewayBody({ vpc: { id: vpc('vpc-2') } });
    const elsewhere = client.vpc('POST', '/endpoint_gateways', { body });
    await isLocked('vpc-2');
    cloud.control.clock.advance(1_000);
    expect((await first).status).toBe(201);
    expect((await elsewhere).status).toBe(201);
  });
});
