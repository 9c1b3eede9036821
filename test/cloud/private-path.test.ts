/** Private Path as its consumers meet it (vpc-endpoint-gateways §5.1, §5.2): request, decision, expiry, revocation. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type CloudClient, type Reply } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';
import type { AccessPolicy, PrivatePath } from './vpc/private-path/model.ts';
import { ACCESS_EXPIRES_AFTER_MS } from './vpc/unconfirmed.ts';

let fixture: Fixture;
let consumer: CloudClient;
let provider: CloudClient;

/** Tokens last an hour. */
async function signIn(): Promise<void> {
  consumer = await connect(fixture.cloud);
  provider = await connect(fixture.cloud, { account: 'provider' });
}

beforeEach(async () => {
  fixture = await startFixture({ regions: ['us-south', 'eu-de'] });
  const { seed } = fixture.cloud.control;
  seed.account('provider');
  seed.vpc({ account: 'provider', name: 'offers' });
  await signIn();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

/** A published offer of the provider's account. */
function offer(defaultAccessPolicy: AccessPolicy, changes: object = {}): PrivatePath {
  const seed = { vpc: 'offers', name: 'db', serviceEndpoints: ['DB.example.com'], published: true };
  return fixture.cloud.control.seed.privatePath({
    ...seed,
    account: 'provider',
    defaultAccessPolicy,
    ...changes,
  });
}

const targetOf = ({ crn }: { crn: string }): object => ({
  target: { resource_type: 'private_path_service_gateway', crn },
});

const read = async (id: string): Promise<Reply['body']> =>
  (await consumer.vpc('GET', `/endpoint_gateways/${id}`)).body;

/** Lifecycle state, health and reason codes. */
async function state(id: string): Promise<unknown[]> {
  const { lifecycle_state: lifecycle, health_state: health, lifecycle_reasons: reasons } = await read(id);
  return [lifecycle, health, ...(reasons as Array<{ code: string }>).map(({ code }) => code)];
}

async function requests({ id }: PrivatePath): Promise<Reply['body'][]> {
  const path = `/private_path_service_gateways/${id}/endpoint_gateway_bindings`;
  return (await provider.vpc('GET', path)).body.endpoint_gateway_bindings;
}

/** The provider answers the newest request. */
async function answer(privatePath: PrivatePath, verdict: 'permit' | 'deny', body?: object): Promise<Reply> {
  const [newest] = await requests(privatePath);
  const path = `/private_path_service_gateways/${privatePath.id}/endpoint_gateway_bindings/${newest.id}/${verdict}`;
  return provider.vpc('POST', path, body === undefined ? {} : { body });
}

const pending = ['pending', 'inapplicable', 'access_pending'];
const denied = ['failed', 'inapplicable', 'access_denied'];
const stable = ['stable', 'ok'];

describe('a gateway to a Private Path service', () => {
  it('is stable like any other where the policy permits it', async () => {
    const privatePath = offer('permit');
    const gateway = await fixture.createGateway(targetOf(privatePath));
    expect(gateway).toMatchObject({ lifecycle_state: 'pending', service_endpoints: ['db.example.com'] });
    fixture.settle();
    expect(await state(gateway.id)).toEqual(stable);
    expect((await requests(privatePath))[0]).toMatchObject({ status: 'permitted' });
  });

  it('fails where the policy denies it', async () => {
    const { id } = await fixture.createGateway(targetOf(offer('deny')));
    expect((await read(id)).lifecycle_state).toBe('pending');
    fixture.settle();
    expect(await state(id)).toEqual(denied);
  });

  it('waits for a review, and is stable once permitted', async () => {
    const privatePath = offer('review');
    const { id } = await fixture.createGateway(targetOf(privatePath));
    fixture.settle();
    expect(await state(id)).toEqual(pending);
    expect((await answer(privatePath, 'permit')).status).toBe(204);
    expect(await state(id)).toEqual(['updating', 'ok']);
    fixture.settle();
    expect(await state(id)).toEqual(stable);
  });

  it('fails for good when the review denies it', async () => {
    const privatePath = offer('review');
    const { id } = await fixture.createGateway(targetOf(privatePath));
    await answer(privatePath, 'deny');
    expect(await state(id)).toEqual(denied);
    expect(refusal(await answer(privatePath, 'permit'))).toEqual({ status: 409, code: 'invalid_state' });
  });

  it('fails when nobody decides for 14 days', async () => {
    const privatePath = offer('review');
    const { id } = await fixture.createGateway(targetOf(privatePath));
    const [{ created_at: createdAt, expiration_at: expiresAt }] = await requests(privatePath);
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(14 * 86_400_000);
    fixture.cloud.control.clock.advance(ACCESS_EXPIRES_AFTER_MS);
    await signIn();
    expect(await state(id)).toEqual(['failed', 'inapplicable', 'access_expired']);
    expect((await requests(privatePath))[0]).toMatchObject({ status: 'expired', expiration_at: expiresAt });
  });

  it('does not expire once it is permitted', async () => {
    const privatePath = offer('review');
    const { id } = await fixture.createGateway(targetOf(privatePath));
    await answer(privatePath, 'permit');
    fixture.cloud.control.clock.advance(ACCESS_EXPIRES_AFTER_MS);
    await signIn();
    expect(await state(id)).toEqual(stable);
    expect((await requests(privatePath))[0].expiration_at).toBeUndefined();
  });

  it('fails when access is revoked after it was stable', async () => {
    const privatePath = offer('permit');
    const { id } = await fixture.stableGateway(targetOf(privatePath));
    const path = `/private_path_service_gateways/${privatePath.id}`;
    const account = { id: fixture.cloud.control.account('default').id };
    expect((await provider.vpc('POST', `${path}/revoke_account`, { body: { account } })).status).toBe(204);
    expect(await state(id)).toEqual(denied);
    const policies = (await provider.vpc('GET', `${path}/account_policies`)).body.account_policies;
    expect(policies).toMatchObject([{ access_policy: 'deny', account }]);
  });

  it('can be renamed and deleted while it waits, and takes its request along', async () => {
    const privatePath = offer('review');
    const { id } = await fixture.createGateway(targetOf(privatePath));
    const renamed = await consumer.vpc('PATCH', `/endpoint_gateways/${id}`, {
      body: { name: 'waits' },
    });
    expect(renamed.body.name).toBe('waits');
    fixture.settle();
    expect(await state(id)).toEqual(pending);
    await consumer.vpc('DELETE', `/endpoint_gateways/${id}`);
    fixture.settle();
    expect(await requests(privatePath)).toEqual([]);
  });

  it('shows the target as remote, and as deleted when it is', async () => {
    const privatePath = offer('deny');
    const { id } = await fixture.stableGateway(targetOf(privatePath));
    const owner = fixture.cloud.control.account('provider').id;
    const target = {
      crn: privatePath.crn,
      id: privatePath.id,
      name: 'db',
      href: expect.stringContaining(`/v1/private_path_service_gateways/${privatePath.id}`),
      resource_type: 'private_path_service_gateway',
      remote: { account: { id: owner, resource_type: 'account' } },
    };
    expect((await read(id)).target).toEqual(target);
    await provider.vpc('DELETE', `/private_path_service_gateways/${privatePath.id}`);
    fixture.settle();
    expect((await read(id)).target).toEqual({ ...target, deleted: { more_info: expect.any(String) } });
  });
});

/** Two gateways of this account that wait. */
async function twoPending(privatePath: PrivatePath): Promise<string[]> {
  const gateways = await Promise.all(
    ['vpc-1', 'vpc-2'].map(async (name) =>
      fixture.createGateway({ ...targetOf(privatePath), vpc: { id: fixture.vpc(name) } }),
    ),
  );
  fixture.settle();
  return gateways.map(({ id }) => id);
}

const states = async (ids: string[]): Promise<string[]> =>
  (await Promise.all(ids.map(state))).map(([lifecycle]) => String(lifecycle)).toSorted();

describe('a decision', () => {
  it.each([
    [undefined, ['pending', 'stable'], 'pending'],
    [{ set_account_policy: false }, ['pending', 'stable'], 'pending'],
    [{ set_account_policy: true }, ['stable', 'stable'], 'stable'],
  ])('with %j leaves the account’s gateways %j, and a new one %s', async (body, expected, next) => {
    const privatePath = offer('review');
    const ids = await twoPending(privatePath);
    await answer(privatePath, 'permit', body);
    fixture.settle();
    expect(await states(ids)).toEqual(expected);
    const { id } = await fixture.createGateway({
      ...targetOf(privatePath),
      vpc: { id: fixture.vpc('vpc-3') },
    });
    fixture.settle();
    expect((await state(id))[0]).toBe(next);
  });

  it.each([
    ['permit', ['stable', 'stable']],
    ['deny', ['failed', 'failed']],
    ['review', ['pending', 'pending']],
  ])('as the policy %s of the account decides what is pending', async (policy, expected) => {
    const privatePath = offer('review');
    const ids = await twoPending(privatePath);
    const account = { id: fixture.cloud.control.account('default').id };
    const path = `/private_path_service_gateways/${privatePath.id}/account_policies`;
    await provider.vpc('POST', path, { body: { account, access_policy: policy } });
    fixture.settle();
    expect(await states(ids)).toEqual(expected);
  });

  it('stands when the policy changes or goes later', async () => {
    const privatePath = offer('permit');
    const { id } = await fixture.stableGateway(targetOf(privatePath));
    const account = { id: fixture.cloud.control.account('default').id };
    const path = `/private_path_service_gateways/${privatePath.id}/account_policies`;
    const { body } = await provider.vpc('POST', path, { body: { account, access_policy: 'deny' } });
    await provider.vpc('PATCH', `${path}/${body.id}`, { body: { access_policy: 'review' } });
    await provider.vpc('DELETE', `${path}/${body.id}`);
    expect(await state(id)).toEqual(stable);
  });
});

describe('a create is refused', () => {
  it.each([
    ['for another account’s offer that is not published', { published: false }, 'not_found'],
    ['from another region (R21)', { account: 'default', region: 'eu-de', vpc: 'abroad' }, 'bad_field'],
  ])('%s', async (_, changes, code) => {
    fixture.cloud.control.seed.vpc({ name: 'abroad', region: 'eu-de' });
    const body = fixture.gatewayBody(targetOf(offer('permit', changes)));
    const reply = await consumer.vpc('POST', '/endpoint_gateways', { body });
    expect(refusal(reply)).toEqual({ status: 400, code });
    expect(fixture.cloud.control.area('default', 'us-south').gateways.size).toBe(0);
  });

  it('not for one’s own that is not published', async () => {
    const own = offer('permit', { account: 'default', vpc: 'vpc-2', published: false });
    const { id } = await fixture.stableGateway(targetOf(own));
    expect((await read(id)).target.remote).toBeUndefined();
    expect(await state(id)).toEqual(stable);
  });
});
