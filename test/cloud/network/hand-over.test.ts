/** Calls of the simulated cloud through its own gateways: what is at the other end is the real thing. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Network } from '../../../src/lib/network.ts';
import { NEW_VERSION } from '../client.ts';
import { startNetworkFixture, type NetworkFixture } from './fixture.ts';
import { callOver, type Answer, type CallOverOptions } from './https-call.ts';

let fixture: NetworkFixture;

const call = async (network: Network, url: string, options?: CallOverOptions): Promise<Answer> =>
  callOver(network, url, { ca: fixture.cloud.caPem, ...options });

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

test('a token, and with it the gateways page by page, all through gateways', async () => {
  const { at, cloud, seedGateway } = fixture;
  const { network, seed, requestLog } = cloud.control;
  const after = requestLog.lastSequence;
  seedGateway('vpc-1', 'iam');
  const { id } = seedGateway('vpc-1', 'vpc');
  const place = await at('vpc-1');
  const form = new URLSearchParams({
    grant_type: 'urn:ibm:params:oauth:grant-type:apikey',
    apikey: seed.apiKey('default'),
  });
  const signedIn = await call(place, 'https://private.iam.cloud.ibm.com/identity/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const { access_token: token } = signedIn.body as { access_token: string };
  const headers = { authorization: `Bearer ${token}` };
  const host = 'https://us-south.private.iaas.cloud.ibm.com';
  const query = `version=${NEW_VERSION}&generation=2&limit=1`;
  const first = await call(place, `${host}/v1/endpoint_gateways?${query}`, { headers });
  const { next } = first.body as { next: { href: string } };
  expect(next.href).toMatch(`${host}/v1/endpoint_gateways?`);
  const second = await call(place, `${next.href}&version=${NEW_VERSION}&generation=2`, { headers });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(network.connections.entries()).toMatchObject([
    { outcome: 'secured', servername: 'private.iam.cloud.ibm.com', bytesReceived: expect.any(Number) },
    { gateway: id, servername: 'us-south.private.iaas.cloud.ibm.com' },
    { gateway: id },
  ]);
  expect(network.connections.entries().every(({ bytesReceived }) => bytesReceived > 100)).toBe(true);
  expect(requestLog.entries({ after }).map(({ operation }) => operation)).toEqual([
    'get_token_api_key',
    'list_endpoint_gateways',
    'list_endpoint_gateways',
  ]);
});

test.each([
  ['global-tagging', 'https://tags.private.global-search-tagging.cloud.ibm.com/v3/tags'],
  ['global-search', 'https://api.private.global-search-tagging.cloud.ibm.com/v3/resources/search'],
  ['resource-controller', 'https://private.resource-controller.cloud.ibm.com/v2/resource_instances'],
  ['resource-controller', 'https://private.resource-controller.cloud.ibm.com/v2/resource_groups'],
  ['global-catalog', 'https://private.globalcatalog.cloud.ibm.com/api/v1-beta/objects'],
])('%s answers as itself at %s', async (target, url) => {
  const { at, seedGateway } = fixture;
  seedGateway('vpc-1', target);
  const { status } = await call(await at('vpc-1'), url, {
    method: url.endsWith('search') ? 'POST' : 'GET',
  });
  expect(status).toBe(401);
});

test('a service that is not simulated knows nothing', async () => {
  const { at, seedGateway } = fixture;
  seedGateway('vpc-1', 'monitoring');
  const answer = await call(await at('vpc-1'), 'https://private.us-south.monitoring.cloud.ibm.com/prom');
  expect(answer).toEqual({ status: 404, body: undefined });
});

test('from outside, the public names', async () => {
  const { at } = fixture;
  const { status } = await call(await at('public'), 'https://iam.cloud.ibm.com/identity/keys');
  expect(status).toBe(200);
});
