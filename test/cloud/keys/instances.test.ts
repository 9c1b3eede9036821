/** Key-management instances at the Resource Controller and at HPCS's broker (hpcs-network-policy §2, §3). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type CloudClient, type Reply } from '../client.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import { allowedNetwork, policyBody, policy, startKeysFixture, type KeysFixture } from './fixture.ts';

let fixture: KeysFixture;
let client: CloudClient;

beforeEach(async () => {
  fixture = await startKeysFixture();
  client = await connect(fixture.cloud);
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const at = async (method: string, path: string, body?: unknown): Promise<Reply> =>
  client.at(fixture.cloud.plainEndpoints.resourceController, method, path, body);
const read = async ({ guid }: ServiceInstance): Promise<Reply['body']> =>
  (await at('GET', `/v2/resource_instances/${guid}`)).body;
const change = async ({ guid }: ServiceInstance, body: object): Promise<Reply> =>
  at('PATCH', `/v2/resource_instances/${guid}`, body);
const remove = async ({ guid }: ServiceInstance): Promise<Reply> =>
  at('DELETE', `/v2/resource_instances/${guid}`);
const reclamations = async ({ guid }: ServiceInstance): Promise<Reply['body']> =>
  (await at('GET', `/v1/reclamations?resource_instance_id=${guid}`)).body.resources;

const askBroker = async (id: string, version = 2): Promise<Reply> =>
  client.at(fixture.cloud.plainEndpoints.hpcsBroker, 'GET', `/crypto_v${version}/instances/${id}`);

describe('the extensions of an instance', () => {
  it('are its own names for HPCS', async () => {
    const { hpcs } = fixture;
    const host = (name: string, label = ''): string =>
      `https://${hpcs.guid}.${name}.${label}us-south.hs-crypto.appdomain.cloud`;
    expect((await read(hpcs)).extensions.endpoints).toEqual({
      public: host('api'),
      private: host('api', 'private.'),
      publicGrep11: host('ep11'),
      privateGrep11: host('ep11', 'private.'),
    });
  });

  it('are a port of the region for an older one', async () => {
    const older = fixture.cloud.control.seed.hpcsInstance({ name: 'older', port: 9110 });
    expect((await read(older)).extensions.endpoints).toMatchObject({
      private: 'https://api.private.us-south.hs-crypto.cloud.ibm.com:9110',
      publicGrep11: 'https://ep11.us-south.hs-crypto.cloud.ibm.com:9110',
    });
  });

  it('are the region’s for Key Protect, unless it is dedicated', async () => {
    const { cloud, keyProtect } = fixture;
    expect((await read(keyProtect)).extensions.endpoints).toEqual({
      public: 'https://us-south.kms.cloud.ibm.com',
      private: 'https://private.us-south.kms.cloud.ibm.com',
    });
    const dedicated = cloud.control.seed.keyProtectInstance({ name: 'dedicated', dedicated: true });
    const own = await read(dedicated);
    expect(own.extensions.endpoints.private).toBe(
      `https://${dedicated.guid}.api.private.us-south.kms.appdomain.cloud`,
    );
    expect(own.resource_plan_id).not.toBe((await read(keyProtect)).resource_plan_id);
  });
});

describe('a change', () => {
  it('of allowed_network goes to the policy, and shows in the parameters', async () => {
    const { get, hpcs } = fixture;
    const { status, body } = await change(hpcs, { parameters: { allowed_network: 'private-only' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      parameters: { allowed_network: 'private-only' },
      last_operation: { type: 'update', state: 'succeeded' },
    });
    expect((await get({ side: 'public' })).status).toBe(401);
  });

  it('can leave the policy alone, and the policy can show in the parameters', async () => {
    const { cloud, get, put, hpcs } = fixture;
    Object.assign(cloud.control.settings, { patchSetsKeyPolicy: false, keyPolicySetsParameter: true });
    await change(hpcs, { parameters: { allowed_network: 'private-only' } });
    expect((await get({ side: 'public' })).status).toBe(200);
    await put(allowedNetwork('public-and-private'));
    expect((await read(hpcs)).parameters).toEqual({ allowed_network: 'public-and-private' });
    await put(policyBody(policy('metrics', true)), { query: '' });
    expect((await read(hpcs)).parameters).toEqual({ allowed_network: 'public-and-private' });
  });

  it.each([
    [{ units: 3 }, 'MISSING_FIELD_ERR'],
    [{ allowed_network: 'public-only' }, 'INVALID_FIELD_ERR'],
  ])('to %j is the service’s own refusal', async (parameters, code) => {
    const { status, body } = await change(fixture.hpcs, { parameters });
    expect(status).toBe(422);
    expect(body).toMatchObject({ error_code: 'RC-ServiceBrokerErrorResponse', status_code: 422 });
    expect(body.message).toContain(code);
  });

  it('of the name is for editors', async () => {
    const { cloud, keyProtect } = fixture;
    expect((await change(keyProtect, { name: 'renamed' })).body.name).toBe('renamed');
    expect((await change(keyProtect, { nam: 'x' })).status).toBe(400);
    client = await connect(cloud, { apiKey: cloud.control.seed.apiKey('default', { role: 'viewer' }) });
    expect((await change(keyProtect, { name: 'again' })).status).toBe(403);
  });
});

describe('a deleted instance', () => {
  it('waits to be reclaimed, its policy not enforced, and comes back with it', async () => {
    const { cloud, get, put, keyProtect } = fixture;
    const { guid } = keyProtect;
    await put(allowedNetwork('private-only'), { guid });
    expect((await remove(keyProtect)).status).toBe(202);
    expect(await read(keyProtect)).toMatchObject({
      state: 'pending_reclamation',
      deleted_at: expect.any(String),
      scheduled_reclaim_at: expect.any(String),
      last_operation: { type: 'delete' },
    });
    expect((await get({ guid, side: 'public' })).status).toBe(200);
    const [{ id, state }] = await reclamations(keyProtect);
    expect(state).toBe('SCHEDULED');
    const restored = await at('POST', `/v1/reclamations/${id}/actions/restore`, { comment: 'keep' });
    expect(restored).toMatchObject({ status: 200, body: { state: 'RESTORING' } });
    cloud.control.clock.advance(cloud.control.settings.restoreMs);
    const back = await read(keyProtect);
    expect(back).toMatchObject({ state: 'active', restored_at: expect.any(String) });
    expect(back).not.toHaveProperty('deleted_at');
    expect(await reclamations(keyProtect)).toEqual([]);
    expect((await get({ guid, side: 'public' })).status).toBe(401);
  });

  it.each([
    [
      'by a test',
      () => fixture.cloud.control.setInstanceState(fixture.keyProtect.crn, 'pending_reclamation'),
    ],
    [
      'by a test, later',
      () => {
        const { control } = fixture.cloud;
        control.setInstanceState(fixture.keyProtect.crn, 'pending_reclamation', 1000);
        control.clock.advance(1000);
      },
    ],
  ])('%s has a reclamation, by which it comes back', async (_, removeOtherwise) => {
    const { cloud, keyProtect } = fixture;
    removeOtherwise();
    expect(await read(keyProtect)).toMatchObject({
      state: 'pending_reclamation',
      scheduled_reclaim_at: expect.any(String),
      last_operation: { type: 'delete', state: 'succeeded' },
    });
    const [{ id }] = await reclamations(keyProtect);
    await at('POST', `/v1/reclamations/${id}/actions/restore`, {});
    cloud.control.clock.advance(cloud.control.settings.restoreMs);
    expect((await read(keyProtect)).state).toBe('active');
  });

  it('from before the test has one, too', async () => {
    const { seed } = fixture.cloud.control;
    const gone = seed.hpcsInstance({ name: 'gone', state: 'pending_reclamation' });
    expect(await reclamations(gone)).toMatchObject([{ entity_id: gone.guid, state: 'SCHEDULED' }]);
  });

  it('is gone when its time is over, and stays readable', async () => {
    const { cloud, get, keyProtect } = fixture;
    const { clock, settings } = cloud.control;
    // The token outlives it.
    settings.reclamationMs = 60_000;
    await remove(keyProtect);
    clock.advance(settings.reclamationMs);
    expect((await read(keyProtect)).state).toBe('pending_removal');
    clock.advance(settings.instanceRemovalMs);
    expect((await read(keyProtect)).state).toBe('removed');
    expect((await get({ guid: keyProtect.guid })).status).toBe(401);
  });

  it('is gone sooner when it is reclaimed', async () => {
    const { cloud, keyProtect } = fixture;
    await remove(keyProtect);
    const [{ id }] = await reclamations(keyProtect);
    const reclaim = async (): Promise<Reply> => at('POST', `/v1/reclamations/${id}/actions/reclaim`, {});
    expect((await reclaim()).body.state).toBe('RECLAIMING');
    expect((await reclaim()).status).toBe(404);
    cloud.control.clock.advance(cloud.control.settings.instanceRemovalMs);
    expect((await read(keyProtect)).state).toBe('removed');
  });

  it('is neither changed nor deleted again', async () => {
    const { keyProtect } = fixture;
    await remove(keyProtect);
    expect((await change(keyProtect, { name: 'x' })).status).toBe(422);
    const again = await remove(keyProtect);
    expect(again.status).toBe(422);
    expect(again.body.message).toContain('reclamation API');
  });

  it('was zeroized before, if it is HPCS', async () => {
    const { cloud, hpcs } = fixture;
    const refused = await remove(hpcs);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain('HsmStateError');
    cloud.control.setInitialized(hpcs.crn, false);
    expect((await remove(hpcs)).status).toBe(202);
  });

  it('of another service has no reclamation', async () => {
    const { control } = fixture.cloud;
    const redis = control.seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
    expect((await remove(redis)).status).toBe(202);
    expect((await read(redis)).state).toBe('pending_removal');
    expect(await reclamations(redis)).toEqual([]);
  });
});

it('an instance gets active after a while', async () => {
  const { cloud } = fixture;
  const { control } = cloud;
  const fresh = control.seed.hpcsInstance({ name: 'fresh', state: 'provisioning' });
  control.setInstanceState(fresh.crn, 'active', 60_000);
  control.clock.advance(59_999);
  expect(await read(fresh)).toMatchObject({
    state: 'provisioning',
    last_operation: { type: 'create', state: 'in progress' },
  });
  control.clock.advance(1);
  expect((await read(fresh)).state).toBe('active');
});

describe('the broker', () => {
  it('tells where an instance answers, without schemes', async () => {
    const { cloud, hpcs } = fixture;
    const own = (name: string, label = ''): string =>
      `${hpcs.guid}.${name}.${label}us-south.hs-crypto.appdomain.cloud`;
    for (const version of [1, 2]) {
      expect((await askBroker(hpcs.guid, version)).body).toEqual({
        instance_id: hpcs.guid,
        kms: { public: own('api'), private: own('api', 'private.') },
        ep11: { public: own('ep11'), private: own('ep11', 'private.') },
      });
    }
    const older = cloud.control.seed.hpcsInstance({ name: 'older', port: 9110 });
    expect((await askBroker(older.guid)).body.kms).toEqual({
      public: 'api.us-south.hs-crypto.cloud.ibm.com:9110',
      private: 'api.private.us-south.hs-crypto.cloud.ibm.com:9110',
    });
  });

  it('knows HPCS only, and callers with a token', async () => {
    const { cloud, keyProtect } = fixture;
    expect((await askBroker(keyProtect.guid)).status).toBe(404);
    const url = `${cloud.plainEndpoints.hpcsBroker}/crypto_v2/instances/${fixture.hpcs.guid}`;
    expect((await fetch(url)).status).toBe(401);
  });
});
