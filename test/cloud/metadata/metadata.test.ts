/** The metadata service of the instance on which clients run. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../cloud.ts';
import type { TrustedProfile } from '../iam/trusted-profiles.ts';

let cloud: Cloud;
let profile: TrustedProfile;

beforeEach(async () => {
  cloud = await startCloud();
  cloud.control.clock.freeze();
  const { iam } = cloud.control.seed;
  profile = iam.trustedProfile({ name: 'linked', instances: ['instance'] });
  iam.instance({ id: 'instance', protocol: 'http', defaultProfile: profile });
});

afterEach(async () => {
  await cloud.stop();
});

async function call(method: string, path: string, body?: object, headers = {}): Promise<Response> {
  return fetch(`${cloud.plainEndpoints.metadata}${path}?version=2025-08-26`, {
    method,
    headers: { 'Metadata-Flavor': 'ibm', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function identityToken(expiresIn = 300): Promise<string> {
  const response = await call('PUT', '/identity/v1/token', { expires_in: expiresIn });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function codeOf(response: Response): Promise<string> {
  const { errors, status_code: status } = (await response.json()) as {
    errors: [{ code: string }];
    status_code: number;
  };
  return `${status} ${errors[0].code}`;
}

test('an identity token lives five minutes unless asked otherwise, by the simulated clock', async () => {
  const response = await call('PUT', '/identity/v1/token');
  const answer = (await response.json()) as Record<string, string>;
  const now = cloud.control.clock.now();
  expect(answer).toEqual({
    access_token: expect.any(String),
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + 300_000).toISOString(),
    expires_in: 300,
  });
});

test('it is worth nothing once it has expired, or when it was made up', async () => {
  const authorization = `Bearer ${await identityToken(5)}`;
  expect((await call('POST', '/identity/v1/iam_tokens', {}, { authorization })).status).toBe(200);
  cloud.control.clock.advance(5_000);
  const late = await call('POST', '/identity/v1/iam_tokens', {}, { authorization });
  expect(await codeOf(late)).toBe('401 unauthenticated');
  const forged = await call('POST', '/identity/v1/iam_tokens', {}, { authorization: 'Bearer eyJ.eyJ.x' });
  expect(await codeOf(forged)).toBe('401 unauthenticated');
});

describe('refused is', () => {
  test.each([
    ['a request without the header', {}, { 'Metadata-Flavor': 'other' }, '400 missing_field'],
    ['a life of a moment', { expires_in: 4 }, {}, '400 invalid_value'],
    ['an unknown field', { lifetime: 300 }, {}, '400 unknown_field'],
  ])('%s', async (_, body, headers, code) => {
    expect(await codeOf(await call('PUT', '/identity/v1/token', body, headers))).toBe(code);
  });

  test('more than one name of a profile', async () => {
    const authorization = `Bearer ${await identityToken()}`;
    const { id, crn } = profile;
    const body = { trusted_profile: { id, crn } };
    const response = await call('POST', '/identity/v1/iam_tokens', body, { authorization });
    expect(response.status).toBe(400);
  });
});

test('the service does not answer when it is set to the other protocol', async () => {
  cloud.control.seed.iam.instance({ id: 'instance', protocol: 'https', defaultProfile: profile });
  await expect(call('PUT', '/identity/v1/token')).rejects.toThrow('fetch failed');
});

test('the log holds no token', async () => {
  const token = await identityToken();
  const response = await call('POST', '/identity/v1/iam_tokens', {}, { authorization: `Bearer ${token}` });
  const { access_token: iamToken } = (await response.json()) as { access_token: string };
  const log = JSON.stringify(cloud.control.requestLog.entries());
  expect(log).toContain('create_iam_token');
  expect(log).not.toContain(token);
  expect(log).not.toContain(iamToken);
});
