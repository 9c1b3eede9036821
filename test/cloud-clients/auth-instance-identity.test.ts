/** Tokens for the identity of the instance that the operator runs on. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { TrustedProfile } from '../cloud/iam/trusted-profiles.ts';
import { type TokenClient, tokenClient } from './ask-token.ts';
import { cloudErrorOf, userAgent } from './open-account.ts';
import { serveScript } from './scripted-server.ts';

let cloud: Cloud;
let client: TokenClient;
let first: TrustedProfile;
let second: TrustedProfile;

const id = '0717_11111111-2222-4333-8444-555555555555';

beforeAll(async () => {
  cloud = await startCloud();
  client = tokenClient(cloud);
  const { seed } = cloud.control;
  seed.account('vsi');
  first = seed.iam.trustedProfile({ name: 'first', account: 'vsi', instances: [id] });
  seed.account('other');
  second = seed.iam.trustedProfile({ name: 'second', account: 'other', instances: [id] });
});

beforeEach(() => {
  cloud.control.seed.iam.instance({ id, protocol: 'https', defaultProfile: first });
});

afterAll(async () => {
  await cloud.stop();
});

test.each([
  ['the default profile', () => undefined, 'vsi'],
  ['a profile by its id', () => ({ id: second.id }), 'other'],
  ['a profile by its CRN', () => ({ crn: second.crn }), 'other'],
])('%s gives a token of its account, under our User-Agent', async (_, choice, account) => {
  const profile = choice();
  const before = cloud.control.requestLog.lastSequence;
  const { token, lifetimeMs } = await client.ask({
    instanceIdentity: { protocol: 'https', ...(profile !== undefined && { profile }) },
  });
  expect(token.authorization).toMatch(/^Bearer eyJ/);
  expect(token.accountID).toBe(cloud.control.account(account).id);
  expect(lifetimeMs).toBe(3_600_000);
  expect(client.calls).toEqual(['metadata create_iam_token 200']);
  const asked = cloud.control.requestLog.entries({ after: before });
  expect(asked.map(({ operation }) => operation)).toEqual(['create_access_token', 'create_iam_token']);
  expect(asked).toMatchObject([{ userAgent }, { userAgent }]);
});

test('the protocol chooses the address', async () => {
  cloud.control.seed.iam.instance({ id, protocol: 'http', defaultProfile: first });
  const { endpoints, plainEndpoints } = cloud;
  const metadata = (protocol: 'http' | 'https'): string =>
    (protocol === 'http' ? plainEndpoints : endpoints).metadata;
  const { token } = await client.ask({ instanceIdentity: {} }, { metadata });
  expect(token.accountID).toBe(cloud.control.account('vsi').id);
  const error = await cloudErrorOf(client.ask({ instanceIdentity: { protocol: 'https' } }, { metadata }));
  expect(error).toMatchObject({ reason: 'unavailable' });
});

describe('what to check is said when', () => {
  test('the profile is not linked: denied', async () => {
    const { id: unlinked } = cloud.control.seed.iam.trustedProfile({ name: 'unlinked' });
    const error = await cloudErrorOf(client.ask({ instanceIdentity: { profile: { id: unlinked } } }));
    expect(error).toMatchObject({ reason: 'denied', status: 400, code: 'profile_not_linked' });
    expect(error.message).toBe(
      'create_iam_token: The trusted profile is not linked to this instance; check that trusted profile ' +
        `${unlinked} exists and is linked to the instance`,
    );
  });

  test('there is no default profile: denied', async () => {
    cloud.control.seed.iam.instance({ id, protocol: 'https' });
    const error = await cloudErrorOf(client.ask({ instanceIdentity: {} }));
    expect(error).toMatchObject({ reason: 'denied', code: 'profile_not_linked' });
    expect(error.message).toMatch(/; check that the instance has a default trusted profile, or name one$/);
  });

  const hint =
    "check that the instance's metadata service is on with protocol https, and that its response hop limit lets a " +
    'pod reach it';

  test.each([
    ['the service is off or speaks the other protocol', { drop: true }, 'unavailable', 'ECONNRESET'],
    ['nothing answers', { delayMs: 600_000 }, 'unavailable', 'no answer within 500 ms'],
    ['the service says that it is off', { status: 403 }, 'denied', 'The service cannot answer this request'],
  ])('%s', async (_, fault, reason, said) => {
    cloud.control.faults.add({ service: 'metadata', ...fault, times: 1 });
    const error = await cloudErrorOf(
      client.ask({ instanceIdentity: { protocol: 'https' } }, { timeoutMs: 500 }),
    );
    expect(error).toMatchObject({ reason, message: `create_iam_token: ${said}; ${hint}` });
  });
});

test('a redirect of the metadata service is not followed', async () => {
  const server = await serveScript((_, response) =>
    response.writeHead(302, { Location: `${cloud.plainEndpoints.metadata}/identity/v1/token` }).end(),
  );
  const error = await cloudErrorOf(client.ask({ instanceIdentity: {} }, { metadata: () => server.url }));
  await server.stop();
  expect(error).toMatchObject({ reason: 'unknown', status: 302 });
});
