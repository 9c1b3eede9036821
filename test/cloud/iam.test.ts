/** Tokens: how they are got, what they say, who accepts them; and that secrets stay out of the log. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { connect, fetchToken } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

describe('a token', () => {
  it('is a JWT that the published keys verify, with the claims that clients read', async () => {
    const { control, plainEndpoints } = fixture.cloud;
    const { status, body } = await fetchToken(fixture.cloud, control.seed.apiKey('default'));
    const now = Math.floor(control.clock.now() / 1000);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, expiration: now + 3600 });
    const keys = createRemoteJWKSet(new URL(`${plainEndpoints.iam}/identity/keys`));
    const { payload, protectedHeader } = await jwtVerify(body.access_token, keys);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      account: { bss: control.account('default').id },
      iam_id: expect.stringMatching(/^iam-ServiceId-/),
      sub: expect.stringMatching(/^ServiceId-/),
      iat: now,
      exp: now + 3600,
    });
  });

  it('is refused once it has expired, by the simulated clock', async () => {
    const { client, cloud } = fixture;
    cloud.control.clock.advance(3_599_000);
    expect((await client.vpc('GET', '/vpcs')).status).toBe(200);
    cloud.control.clock.advance(1_000);
    expect(refusal(await client.vpc('GET', '/vpcs'))).toEqual({ status: 401, code: 'token_invalid' });
    expect(refusal(await client.tagging('GET', '/v3/tags'))).toEqual({ status: 401, code: 'token_invalid' });
  });

  it('is refused once tests let all expire, and its key gives another', async () => {
    const { cloud } = fixture;
    const apiKey = cloud.control.seed.apiKey('default');
    const expired = await connect(cloud, { apiKey });
    cloud.control.expireTokens();
    const refused = { status: 401, code: 'token_invalid' };
    expect(refusal(await expired.vpc('GET', '/vpcs'))).toEqual(refused);
    expect(refusal(await fixture.client.tagging('GET', '/v3/tags'))).toEqual(refused);
    const renewed = await connect(cloud, { apiKey });
    expect((await renewed.vpc('GET', '/vpcs')).status).toBe(200);
  });

  it('is refused when its key was revoked, when it is foreign, and when it is missing', async () => {
    const { cloud } = fixture;
    const apiKey = cloud.control.seed.apiKey('default');
    const revoked = await connect(cloud, { apiKey });
    cloud.control.revokeApiKey(apiKey);
    expect(refusal(await revoked.vpc('GET', '/vpcs')).code).toBe('token_invalid');
    const foreign = await startFixture();
    const headers = { authorization: `Bearer ${foreign.client.token}` };
    await foreign.cloud.stop();
    expect(refusal(await fixture.client.vpc('GET', '/vpcs', { headers })).code).toBe('token_invalid');
    const none = { authorization: '' };
    expect(refusal(await fixture.client.vpc('GET', '/vpcs', { headers: none }))).toEqual({
      status: 401,
      code: 'token_missing',
    });
  });

  it('of a weak role may not do everything', async () => {
    const { cloud } = fixture;
    const viewer = await connect(cloud, { apiKey: cloud.control.seed.apiKey('default', { role: 'viewer' }) });
    const operator = await connect(cloud, {
      apiKey: cloud.control.seed.apiKey('default', { role: 'operator' }),
    });
    const body = fixture.gatewayBody();
    const denied = { status: 403, code: 'not_authorized' };
    expect((await viewer.vpc('GET', '/vpcs')).status).toBe(200);
    expect(refusal(await viewer.vpc('POST', '/endpoint_gateways', { body }))).toEqual(denied);
    expect(refusal(await operator.vpc('POST', '/endpoint_gateways', { body }))).toEqual(denied);
    const subnet = fixture.subnet('vpc-1-zone-1-a');
    expect((await operator.vpc('POST', `/subnets/${subnet}/reserved_ips`, { body: {} })).status).toBe(201);
  });
});

describe('a token request', () => {
  it('with an unknown key gets the error of IAM', async () => {
    const { status, body, headers } = await fetchToken(fixture.cloud, 'no-such-key');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errorCode: 'BXNIM0415E',
      errorMessage: 'Provided API key could not be found.',
      context: { requestId: headers.get('x-request-id'), requestType: 'incoming.Identity_Token' },
    });
  });

  it('has an older name', async () => {
    const { cloud } = fixture;
    const body = new URLSearchParams({
      grant_type: 'urn:ibm:params:oauth:grant-type:apikey',
      apikey: cloud.control.seed.apiKey('default'),
    });
    const response = await fetch(`${cloud.plainEndpoints.iam}/oidc/token`, { method: 'POST', body });
    expect(response.status).toBe(200);
  });

  it('with another grant gets the valid one named, and its own words not echoed', async () => {
    const response = await fetch(`${fixture.cloud.plainEndpoints.iam}/identity/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'canary-grant', apikey: 'canary-key' }),
    });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain('BXNIM0106E');
    expect(text).not.toContain('canary');
  });
});

describe('the request log', () => {
  it('holds no API key and no token, however they were sent', async () => {
    const { cloud, client } = fixture;
    const canary = 'canary-api-key-3f1c9e';
    cloud.control.seed.apiKey('default', { apiKey: canary });
    const { body } = await fetchToken(cloud, canary);
    const { iam } = cloud.plainEndpoints;
    await fetch(`${iam}/identity/token?apikey=${canary}`, { method: 'POST', body: `apikey=${canary}` });
    await fetch(`${iam}/identity/token`, { method: 'POST', body: JSON.stringify({ apikey: canary }) });
    await client.vpc('GET', '/vpcs', { headers: { authorization: `Bearer ${canary}` } });
    await client.vpc('GET', '/vpcs', { headers: { authorization: `Bearer ${body.access_token}` } });
    const log = JSON.stringify(cloud.control.requestLog.entries());
    expect(cloud.control.requestLog.entries().length).toBeGreaterThan(4);
    expect(log).not.toContain(canary);
    expect(log).not.toContain(body.access_token);
    expect(log).not.toContain(client.token);
  });
});
