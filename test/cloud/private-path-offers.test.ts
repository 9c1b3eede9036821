/** Private Path as its providers manage it (vpc-endpoint-gateways §1.8, §3.2: R16, R20). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type CloudClient, type Reply } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';
import type { LoadBalancer } from './vpc/private-path/model.ts';

const PATH = '/private_path_service_gateways';

let fixture: Fixture;
let balancer: LoadBalancer;

beforeEach(async () => {
  fixture = await startFixture();
  balancer = fixture.cloud.control.seed.loadBalancer({ vpc: 'vpc-1', name: 'lb' });
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const call = async (method: string, path: string, body?: object): Promise<Reply> =>
  fixture.client.vpc(method, path, body === undefined ? {} : { body });

const prototype = (changes: object = {}): object => ({
  load_balancer: { id: balancer.id },
  service_endpoints: ['DB.example.com'],
  ...changes,
});

async function create(changes: object = {}): Promise<Reply['body']> {
  const { status, body } = await call('POST', PATH, prototype(changes));
  expect(status).toBe(201);
  return body;
}

/** A consumer's account with a gateway that targets the offer. */
async function consume({ crn }: { crn: string }): Promise<{ consumer: CloudClient; id: string }> {
  const { seed } = fixture.cloud.control;
  seed.account('consumer');
  const { id: vpc } = seed.vpc({ account: 'consumer', name: 'net' });
  const consumer = await connect(fixture.cloud, { account: 'consumer' });
  const target = { resource_type: 'private_path_service_gateway', crn };
  const reply = await consumer.vpc('POST', '/endpoint_gateways', { body: { vpc: { id: vpc }, target } });
  expect(reply.status).toBe(201);
  return { consumer, id: reply.body.id };
}

describe('an offer', () => {
  it('begins with what its creator left out, in the VPC of its load balancer', async () => {
    const { id } = await create();
    fixture.settle();
    expect((await call('GET', `${PATH}/${id}`)).body).toMatchObject({
      default_access_policy: 'deny',
      endpoint_gateway_count: 0,
      lifecycle_state: 'stable',
      load_balancer: { id: balancer.id, name: 'lb' },
      name: expect.stringMatching(/^[a-z]+(-[a-z]+){3}$/),
      published: false,
      service_endpoints: ['db.example.com'],
      vpc: { name: 'vpc-1' },
      zonal_affinity: false,
    });
  });

  it('changes name, policy and affinity, but not its names', async () => {
    const { id } = await create();
    const body = { name: 'db', default_access_policy: 'review', zonal_affinity: true };
    expect((await call('PATCH', `${PATH}/${id}`, body)).body).toMatchObject(body);
    const names = await call('PATCH', `${PATH}/${id}`, { service_endpoints: ['other.example.com'] });
    expect(refusal(names)).toEqual({ status: 400, code: 'bad_field' });
  });

  it('belongs to its account alone', async () => {
    const { id } = await create();
    fixture.cloud.control.seed.account('consumer');
    const consumer = await connect(fixture.cloud, { account: 'consumer' });
    expect((await consumer.vpc('GET', `${PATH}/${id}`)).status).toBe(404);
  });

  it('R20: goes only when no gateway uses it any more', async () => {
    const offered = await create({ default_access_policy: 'permit' });
    await call('POST', `${PATH}/${offered.id}/publish`);
    const { consumer, id } = await consume(offered);
    expect((await call('GET', `${PATH}/${offered.id}`)).body.endpoint_gateway_count).toBe(1);
    expect(refusal(await call('DELETE', `${PATH}/${offered.id}`))).toEqual({
      status: 409,
      code: 'invalid_state',
    });
    await consumer.vpc('DELETE', `/endpoint_gateways/${id}`);
    fixture.settle();
    expect((await call('DELETE', `${PATH}/${offered.id}`)).status).toBe(204);
    expect((await call('GET', `${PATH}/${offered.id}`)).body.lifecycle_state).toBe('deleting');
    fixture.settle();
    expect((await call('GET', `${PATH}/${offered.id}`)).status).toBe(404);
  });

  it('R20: is taken back only after other accounts are revoked', async () => {
    const offered = await create({ default_access_policy: 'review' });
    await call('POST', `${PATH}/${offered.id}/publish`);
    await consume(offered);
    const unpublish = async (): Promise<Reply> => call('POST', `${PATH}/${offered.id}/unpublish`);
    expect(refusal(await unpublish())).toEqual({ status: 409, code: 'invalid_state' });
    const account = { id: fixture.cloud.control.account('consumer').id };
    await call('POST', `${PATH}/${offered.id}/revoke_account`, { account });
    expect((await unpublish()).status).toBe(204);
    expect((await call('GET', `${PATH}/${offered.id}`)).body.published).toBe(false);
  });

  it('R16: keeps its VPC', async () => {
    const { control } = fixture.cloud;
    const { id } = control.seed.vpc({ name: 'empty' });
    control.seed.privatePath({ vpc: 'empty', name: 'db', serviceEndpoints: ['db.example.com'] });
    expect(refusal(await call('DELETE', `/vpcs/${id}`))).toEqual({ status: 409, code: 'vpc_not_empty' });
  });

  it.each([
    ['an unknown load balancer', { load_balancer: { id: 'r006-nothing' } }, 'not_found'],
    ['no names', { service_endpoints: [] }, 'validation_failure'],
    ['a name with a wildcard', { service_endpoints: ['*.example.com'] }, 'validation_failure'],
    ['a policy that does not exist', { default_access_policy: 'perhaps' }, 'validation_enum'],
    ['a name that is taken', { name: 'taken' }, 'validation_unique_failed'],
  ])('is refused with %s', async (_, changes, code) => {
    await create({ name: 'taken' });
    expect(refusal(await call('POST', PATH, prototype(changes)))).toEqual({ status: 400, code });
  });

  it('needs a load balancer that carries Private Path', async () => {
    const seed = { vpc: 'vpc-1', name: 'public', isPrivatePath: false };
    const { id } = fixture.cloud.control.seed.loadBalancer(seed);
    const reply = await call('POST', PATH, prototype({ load_balancer: { id } }));
    expect(refusal(reply)).toEqual({ status: 400, code: 'bad_field' });
  });

  it('does not move to a load balancer of another VPC', async () => {
    const { id } = await create();
    const other = fixture.cloud.control.seed.loadBalancer({ vpc: 'vpc-2', name: 'lb' });
    const reply = await call('PATCH', `${PATH}/${id}`, { load_balancer: { id: other.id } });
    expect(refusal(reply)).toEqual({ status: 400, code: 'vpc_resource_separation' });
  });
});

describe('an account policy', () => {
  const account = { id: '0'.repeat(32) };

  it('exists once for each account', async () => {
    const { id } = await create();
    const path = `${PATH}/${id}/account_policies`;
    const first = await call('POST', path, { account, access_policy: 'review' });
    expect(first).toMatchObject({ status: 201, body: { account, access_policy: 'review' } });
    const again = await call('POST', path, { account, access_policy: 'deny' });
    expect(refusal(again)).toEqual({ status: 409, code: 'duplicate_error' });
    expect((await call('GET', `${path}?account.id=${account.id}`)).body.total_count).toBe(1);
    expect((await call('GET', `${path}?account.id=other`)).body.total_count).toBe(0);
  });

  it('is read, changed by a patch or not, and deleted', async () => {
    const { id } = await create();
    const path = `${PATH}/${id}/account_policies`;
    const policy = (await call('POST', path, { account, access_policy: 'deny' })).body;
    expect((await call('PATCH', `${path}/${policy.id}`, {})).body).toEqual(policy);
    await call('PATCH', `${path}/${policy.id}`, { access_policy: 'permit' });
    expect((await call('GET', `${path}/${policy.id}`)).body.access_policy).toBe('permit');
    expect((await call('DELETE', `${path}/${policy.id}`)).status).toBe(204);
    expect((await call('GET', `${path}/${policy.id}`)).status).toBe(404);
  });

  it('names an account by its id', async () => {
    const { id } = await create();
    const body = { account: { id: 'somebody' }, access_policy: 'permit' };
    const reply = await call('POST', `${PATH}/${id}/account_policies`, body);
    expect(refusal(reply)).toEqual({ status: 400, code: 'invalid_id_format' });
  });
});
