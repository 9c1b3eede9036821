/** Answers that no service of IBM's should give, from something in between: never taken for a result. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { background, cloudErrorOf, openAccount } from './open-account.ts';
import { type ScriptedServer, serveScript } from './scripted-server.ts';

const html = '<html><body>Please sign in</body></html>';

let cloud: Cloud;
let server: ScriptedServer | undefined;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(async () => {
  await cloud.stop();
});

afterEach(async () => {
  await server?.stop();
});

/** Every service answers every request so. */
async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<Session> {
  server = await serveScript((_, response) => response.writeHead(status, headers).end(body));
  const { url } = server;
  const others = { search: url, catalog: url, resourceManager: url, resourceController: url };
  const opened = await openAccount(cloud, { endpoints: { vpc: () => url, tagging: url, ...others } });
  return opened.session();
}

const jsonType = { 'Content-Type': 'application/json' };

describe.each([
  ['HTML', html, { 'Content-Type': 'text/html' }],
  ['HTML that calls itself JSON', html, jsonType],
  ['nothing', '', {}],
  ['another object', '{"message": "moved"}', jsonType],
  ['half an answer', '{"endpoint_gateways": [', jsonType],
])('%s with status 200', (_, body, headers) => {
  test('is no list of gateways', async () => {
    const { vpc } = await answering(200, body, headers);
    expect(await cloudErrorOf(vpc.listGateways(background))).toMatchObject({ reason: 'unknown' });
  });

  test('is no list of tags', async () => {
    const { tagging } = await answering(200, body, headers);
    expect(await cloudErrorOf(tagging.listTags('crn', 'user', background))).toMatchObject({
      reason: 'unknown',
    });
  });

  test.each<[string, (session: Session) => Promise<unknown>]>([
    ['search result', async ({ search }) => search.listTargetInstances(background)],
    ['catalogue', async ({ catalog }) => catalog.listServiceTargets('us-south', background)],
    [
      'list of resource groups',
      async ({ resourceManager: groups }) => groups.listResourceGroups('a', background),
    ],
    ['instance', async ({ resourceController }) => resourceController.getInstance('crn', background)],
    ['gateway', async ({ vpc }) => vpc.getGateway('a', background)],
    ['list of a gateway’s IPs', async ({ vpc }) => vpc.listGatewayIPs('a', background)],
    ['list of resource bindings', async ({ vpc }) => vpc.listResourceBindings('a', background)],
    ['list of security groups', async ({ vpc }) => vpc.listSecurityGroups(background)],
  ])('is no %s', async (_what, read) => {
    const session = await answering(200, body, headers);
    expect(await cloudErrorOf(read(session))).toMatchObject({ reason: 'unknown' });
  });

  test('does not say that a tag was attached, nor that it was not', async () => {
    const { tagging } = await answering(200, body, headers);
    const error = await cloudErrorOf(tagging.attachTags('crn', 'user', ['a:b'], background));
    expect(error.maybeCommitted).toBe(true);
  });
});

test.each([
  ['HTML', html],
  ['another object', '{"message": "moved"}'],
  ['null', 'null'],
])('a create that is answered with %s may have happened', async (_, body) => {
  const { vpc } = await answering(201, body);
  const prototype = {
    name: 'a',
    vpc: { id: 'b' },
    target: { name: 'ibm-ntp-server', resource_type: 'provider_infrastructure_service' },
  } as const;
  const error = await cloudErrorOf(vpc.createGateway(prototype, Infinity, background));
  expect(error).toMatchObject({ reason: 'unknown', maybeCommitted: true });
});

test('an error page counts by its status', async () => {
  const { vpc, tagging } = await answering(502, html);
  const message = expect.stringContaining('HTTP 502');
  expect(await cloudErrorOf(vpc.listVpcs(background))).toMatchObject({ reason: 'unavailable', message });
  const tags = await cloudErrorOf(tagging.listTags('crn', 'user', background));
  expect(tags).toMatchObject({ reason: 'unavailable', message });
});

test('a redirect is not followed: it would carry the token to another host', async () => {
  const elsewhere = await serveScript((_, response) => response.end('{}'));
  const { vpc, tagging } = await answering(307, '', { Location: elsewhere.url });
  expect(await cloudErrorOf(vpc.listVpcs(background))).toMatchObject({ reason: 'unknown', status: 307 });
  const tags = await cloudErrorOf(tagging.listTags('crn', 'user', background));
  expect(tags).toMatchObject({ reason: 'unknown', status: 307 });
  expect(elsewhere.connections).toBe(0);
  await elsewhere.stop();
});
