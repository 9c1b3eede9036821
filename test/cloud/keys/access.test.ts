/** Who is let in on which side (hpcs-network-policy §1.8, §1.9, §4.4, §10.2). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '../client.ts';
import type { InstanceState } from '../resources/instances.ts';
import { allowedNetwork, keyRefusal, startKeysFixture, type KeysFixture } from './fixture.ts';

let fixture: KeysFixture;

beforeEach(async () => {
  fixture = await startKeysFixture(['us-south', 'eu-de']);
});

afterEach(async () => {
  await fixture.cloud.stop();
});

/** The whole body of every 401. */
const DENIED = {
  metadata: { collectionType: 'application/vnd.ibm.kms.error+json', collectionTotal: 1 },
  resources: [{ errorMsg: 'Unauthorized: The user does not have access to the specified resource' }],
};

describe('a closed instance', () => {
  beforeEach(async () => {
    await fixture.put(allowedNetwork('private-only'), { side: 'public' });
  });

  it('answers the public side a plain 401, even to the call that would open it', async () => {
    const { get, put } = fixture;
    expect(await get({ side: 'public' })).toMatchObject({ status: 401, body: DENIED });
    const opening = await put(allowedNetwork('public-and-private'), { side: 'public' });
    expect(opening).toMatchObject({ status: 401, body: DENIED });
    expect((await put('{', { side: 'public' })).status).toBe(401);
    expect((await get()).status).toBe(200);
  });

  it.each([
    ['disabled', allowedNetwork('private-only', false)],
    ['set to both', allowedNetwork('public-and-private')],
  ])('is open again once its policy is %s on the private side', async (_how, body) => {
    const { get, put } = fixture;
    expect((await put(body)).status).toBe(204);
    expect((await get({ side: 'public' })).status).toBe(200);
  });

  it('is closed to nobody while it can be reclaimed', async () => {
    const { cloud, get, hpcs } = fixture;
    cloud.control.setInstanceState(hpcs.crn, 'pending_reclamation');
    expect((await get({ side: 'public' })).status).toBe(200);
    cloud.control.setInstanceState(hpcs.crn, 'active');
    expect((await get({ side: 'public' })).status).toBe(401);
  });
});

describe('a 401 on the private side', () => {
  it.each(['Writer', 'ReaderPlus', 'Reader', 'none'] as const)('is for the role %s', async (role) => {
    const { cloud, apiKey, get, put } = fixture;
    cloud.control.setKeyRole(apiKey, role);
    expect(await get()).toMatchObject({ status: 401, body: DENIED });
    expect((await put(allowedNetwork('private-only'))).status).toBe(401);
    cloud.control.setKeyRole(apiKey, 'Manager');
    expect((await get()).status).toBe(200);
  });

  it('is for an instance that is not there, another region’s or another account’s', async () => {
    const { cloud, get, hpcs } = fixture;
    cloud.control.seed.account('other');
    const theirs = cloud.control.seed.hpcsInstance({ name: 'hsm', account: 'other' });
    const redis = cloud.control.seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
    for (const guid of [theirs.guid, redis.guid, '00000000-0000-4000-8000-000000000000']) {
      expect(await get({ guid })).toMatchObject({ status: 401, body: DENIED });
    }
    expect((await get({ guid: hpcs.guid, region: 'eu-de' })).status).toBe(401);
  });

  it.each<InstanceState>(['provisioning', 'inactive', 'failed', 'pending_removal', 'removed'])(
    'is for an instance that is %s',
    async (state) => {
      const { cloud, get, hpcs } = fixture;
      cloud.control.setInstanceState(hpcs.crn, state);
      expect((await get()).status).toBe(401);
    },
  );

  it('is for a token whose time is over, and for a platform viewer', async () => {
    const { cloud, get } = fixture;
    const viewer = await connect(cloud, { apiKey: cloud.control.seed.apiKey('default', { role: 'viewer' }) });
    expect((await get({ headers: { authorization: `Bearer ${viewer.token}` } })).status).toBe(401);
    cloud.control.expireTokens();
    expect((await get()).status).toBe(401);
  });
});

describe('a 400 comes first', () => {
  it.each(['', 'Bearer', 'Bearer nonsense', 'Bearer a.b.c'])('for the token “%s”', async (authorization) => {
    const reply = await fixture.get({ headers: { authorization } });
    expect(keyRefusal(reply)).toEqual({ status: 400, code: 'BEARER_SUB_EXTRACTION_ERR' });
  });

  it('for an instance that is no UUID, whatever the role', async () => {
    const { cloud, apiKey, get } = fixture;
    cloud.control.setKeyRole(apiKey, 'none');
    const { status, body } = await get({ guid: 'hsm' });
    expect(status).toBe(400);
    expect(body.resources).toEqual([
      {
        errorMsg: 'Bad Request: Request requires valid Bluemix-Instance Header containing a valid UUID',
      },
    ]);
  });
});

it('each side has a log of its own', async () => {
  const { cloud, get } = fixture;
  await get();
  await get({ side: 'public' });
  for (const service of ['keys-public', 'keys-private'] as const) {
    expect(cloud.control.requestLog.countByOperation({ service })).toEqual({ get_instance_policy: 1 });
  }
});
