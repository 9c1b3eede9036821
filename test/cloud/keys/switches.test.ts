/** Lags, and answers on which the fact sheet has no certain word (hpcs-network-policy §10, §12). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Reply } from '../client.ts';
import {
  allowedNetwork,
  keyRefusal,
  policy,
  policyBody,
  startKeysFixture,
  type KeysFixture,
} from './fixture.ts';

let fixture: KeysFixture;

beforeEach(async () => {
  fixture = await startKeysFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

it('reading and enforcing lag behind writing, each on its own', async () => {
  const { cloud, get, put } = fixture;
  const { settings, clock } = cloud.control;
  Object.assign(settings, { keyPolicyReadLagMs: 1000, keyPolicyEnforcementLagMs: 5000 });
  await put(allowedNetwork('private-only'));
  expect((await get()).body.metadata.collectionTotal).toBe(0);
  clock.advance(1000);
  expect((await get()).body.metadata.collectionTotal).toBe(1);
  expect((await get({ side: 'public' })).status).toBe(200);
  clock.advance(4000);
  expect((await get({ side: 'public' })).status).toBe(401);
});

it('a denial of the network can be a 403', async () => {
  const { cloud, get, put } = fixture;
  cloud.control.settings.keyNetworkDenialStatus = 403;
  await put(allowedNetwork('private-only'));
  expect(keyRefusal(await get({ side: 'public' }))).toEqual({
    status: 403,
    code: 'CONFIG_RULE_CONFLICT_ERR',
  });
});

describe('an instance without a master key', () => {
  it.each([
    ['served', 200, 204],
    ['write-refused', 200, 400],
    ['unauthorized', 401, 401],
  ] as const)('that is %s answers %d to a read and %d to a write', async (mode, read, written) => {
    const { cloud, get, put } = fixture;
    cloud.control.settings.uninitializedKeyPolicies = mode;
    const { guid } = cloud.control.seed.hpcsInstance({ name: 'fresh', initialized: false });
    expect((await get({ guid })).status).toBe(read);
    expect((await put(allowedNetwork('private-only'), { guid })).status).toBe(written);
    expect((await get()).status).toBe(200);
  });

  it('says so in the words of its crypto unit', async () => {
    const { cloud, put } = fixture;
    cloud.control.settings.uninitializedKeyPolicies = 'write-refused';
    const { guid, crn } = cloud.control.seed.hpcsInstance({ name: 'fresh', initialized: false });
    const { body } = await put(allowedNetwork('private-only'), { guid });
    expect(body.resources[0].errorMsg).toContain('CKR_IBM_WK_NOT_INITIALIZED');
    cloud.control.setInitialized(crn, true);
    expect((await put(allowedNetwork('private-only'), { guid })).status).toBe(204);
  });
});

it('a disabled policy needs no attributes, and shows none, when told so', async () => {
  const { cloud, get, put } = fixture;
  const { settings } = cloud.control;
  await put(allowedNetwork('private-only', false));
  settings.disabledKeyAttributesOmitted = true;
  expect((await get()).body.resources[0].policy_data).toEqual({ enabled: false });
  settings.keyAttributesRequired = false;
  expect((await put(policyBody(policy('allowedNetwork', false, {})))).status).toBe(204);
});

it('an empty list can be no list', async () => {
  const { cloud, get } = fixture;
  cloud.control.settings.emptyKeyPoliciesOmitted = true;
  expect((await get()).body).toEqual({
    metadata: { collectionType: 'application/vnd.ibm.kms.policy+json', collectionTotal: 0 },
  });
});

it('allowedIP can have a twin of its old name', async () => {
  const { cloud, get, put } = fixture;
  cloud.control.settings.legacyKeyPolicyTwin = true;
  const query = '?policy=allowedIP';
  await put(policyBody(policy('allowedIP', true, { allowed_ip: ['127.0.0.1/32'] })), { query });
  const types = ({ body }: Awaited<ReturnType<typeof get>>): unknown =>
    body.resources.map(({ policy_type: type }: { policy_type: string }) => type);
  expect(types(await get({ query: '' }))).toEqual(['allowedIP', 'ipWhitelist']);
  expect(types(await get({ query }))).toEqual(['allowedIP']);
});

it('Key Protect Dedicated has no network policy', async () => {
  const { cloud, put } = fixture;
  const { guid } = cloud.control.seed.keyProtectInstance({ name: 'dedicated', dedicated: true });
  const reply = await put(allowedNetwork('private-only'), { guid });
  expect(keyRefusal(reply)).toEqual({ status: 403, code: 'FEATURE_RESTRICTED_ERR' });
});

it('a restored instance can come back without its policies', async () => {
  const { cloud, get, put, hpcs } = fixture;
  cloud.control.settings.restoredKeyPoliciesKept = false;
  await put(allowedNetwork('private-only'));
  cloud.control.setInstanceState(hpcs.crn, 'pending_reclamation');
  expect((await get()).body.metadata.collectionTotal).toBe(1);
  cloud.control.setInstanceState(hpcs.crn, 'active');
  expect((await get({ side: 'public' })).body.metadata.collectionTotal).toBe(0);
});

it('a token can live for less than a minute', async () => {
  const { cloud, apiKey, get } = fixture;
  cloud.control.settings.tokenLifetimeMs = 30_000;
  const { token } = await connect(cloud, { apiKey });
  const ask = { headers: { authorization: `Bearer ${token}` } };
  cloud.control.clock.advance(29_000);
  expect((await get(ask)).status).toBe(200);
  cloud.control.clock.advance(2_000);
  expect((await get(ask)).status).toBe(401);
});

describe('the fault plan', () => {
  it.each([
    [429, 'Too Many Requests'],
    [503, 'Service Unavailable'],
  ])('makes a %d, in the words of the service', async (status, title) => {
    const { cloud, get } = fixture;
    cloud.control.faults.add({ service: 'keys-private', status, retryAfter: 7, times: 1 });
    const reply = await get();
    expect(reply.status).toBe(status);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.headers.get('correlation-id')).toMatch(/./);
    expect(reply.body.resources[0].errorMsg).toMatch(new RegExp(`^${title}: `));
    expect((await get()).status).toBe(200);
  });

  it('makes a 401 that looks like any other, as while a role is being granted', async () => {
    const { cloud, apiKey, get } = fixture;
    cloud.control.faults.add({ service: 'keys-private', status: 401, times: 1 });
    const { status, body } = await get();
    cloud.control.setKeyRole(apiKey, 'Reader');
    expect({ status, body }).toEqual({ status: 401, body: (await get()).body });
  });

  it('lets a role come and go, as while it is being granted', async () => {
    const { cloud, get } = fixture;
    cloud.control.faults.add({ service: 'keys-private', status: 401, every: 2, times: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1) {
      statuses.push((await get()).status);
    }
    expect(statuses).toEqual([200, 401, 200, 401, 200]);
  });

  it('loses the answer to a write that was done', async () => {
    const { cloud, get, put } = fixture;
    cloud.control.faults.add({ operation: 'put_instance_policy', when: 'after', status: 500, times: 1 });
    expect((await put(allowedNetwork('private-only'))).status).toBe(500);
    expect((await get()).body.metadata.collectionTotal).toBe(1);
  });

  it('cuts the connection after the write was done', async () => {
    const { cloud, get, put } = fixture;
    cloud.control.faults.add({ operation: 'put_instance_policy', when: 'after', drop: true, times: 1 });
    await expect(put(allowedNetwork('private-only'))).rejects.toThrow('fetch failed');
    expect((await get()).body.metadata.collectionTotal).toBe(1);
  });

  it('lets a stranger write just before a read', async () => {
    const { cloud, get, hpcs } = fixture;
    const stranger = async (): Promise<void> => cloud.control.setAllowedNetwork(hpcs.crn, 'private-only');
    cloud.control.faults.add({ operation: 'get_instance_policy', meanwhile: stranger });
    const [{ policy_data: data, updatedBy }] = (await get()).body.resources;
    expect(data.attributes).toEqual({ allowed_network: 'private-only' });
    expect(updatedBy).toMatch(/^IBMid-/);
  });
});

const admin = async (path: string, body: object): Promise<Pick<Reply, 'status' | 'body'>> => {
  const url = `${fixture.cloud.plainEndpoints.admin}${path}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

describe('the admin listener', () => {
  it('seeds instances and does to them what a test can', async () => {
    const { get, apiKey } = fixture;
    const { body: hsm } = await admin('/hpcs-instances', { name: 'seeded', initialized: false });
    expect(hsm.endpoints.private).toBe(`${hsm.id}.api.private.us-south.hs-crypto.appdomain.cloud`);
    const asked = { guid: hsm.id, side: 'public' } as const;
    expect((await admin('/service-instances/initialized', { crn: hsm.crn, initialized: true })).status).toBe(
      204,
    );
    await admin('/service-instances/allowed-network', { crn: hsm.crn, network: 'private-only' });
    expect((await get(asked)).status).toBe(401);
    await admin('/service-instances/allowed-network', { crn: hsm.crn, network: 'public-and-private' });
    expect((await get(asked)).status).toBe(200);
    await admin('/key-roles', { apiKey, role: 'Reader' });
    expect((await get(asked)).status).toBe(401);
  });

  it('says what is wrong', async () => {
    const { body: keys } = await admin('/key-protect-instances', { name: 'seeded' });
    expect(keys.endpoints.public).toBe('us-south.kms.cloud.ibm.com');
    const unknown = await admin('/service-instances/initialized', { crn: 'none', initialized: true });
    expect(unknown.status).toBe(400);
    expect((await admin('/key-roles', { apiKey: 'none', role: 'Reader' })).status).toBe(400);
  });
});
