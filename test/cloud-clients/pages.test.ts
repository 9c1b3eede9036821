import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { background, cloudErrorOf, openAccount, serviceTarget } from './open-account.ts';
import { type ScriptedServer, serveScript } from './scripted-server.ts';

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
  server = undefined;
});

type Page = Readonly<Record<string, unknown>>;

/** A VPC API that answers the first page of any list for no `start`, and the pages after by their `start`. */
async function servePages(pages: Readonly<Record<string, Page>>): Promise<Session> {
  server = await serveScript((request, response) => {
    const start = new URL(request.url ?? '', 'http://x').searchParams.get('start') ?? '';
    const page = pages[start];
    response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(page ?? {}));
  });
  const { url } = server;
  return (await openAccount(cloud, { endpoints: { vpc: () => `${url}/v1` } })).session();
}

const vpc = (id: string): object => ({ id, name: id, crn: id });

test('a collection of more than two pages is read whole, a hundred at a time', async () => {
  const { control } = cloud;
  const created = Array.from({ length: 201 }, (_, index) =>
    control.seed.endpointGateway({
      prototype: { vpc: { id: `vpc-${(index % 4) + 1}` }, target: serviceTarget(index) },
    }),
  );
  const session = await (await openAccount(cloud)).session();
  const after = control.requestLog.lastSequence;
  const gateways = await session.vpc.listGateways(background);
  expect(new Set(gateways.map(({ id }) => id))).toEqual(new Set(created.map(({ id }) => id)));
  expect(gateways).toHaveLength(201);
  const requests = control.requestLog.entries({ operation: 'list_endpoint_gateways', after });
  expect(requests.map(({ query }) => query)).toEqual([
    { version: '2025-11-18', generation: '2', limit: '100' },
    { version: '2025-11-18', generation: '2', limit: '100', start: expect.any(String) },
    { version: '2025-11-18', generation: '2', limit: '100', start: expect.any(String) },
  ]);
});

test('a listing that fails on a later page fails as a whole', async () => {
  cloud.control.faults.add({ operation: 'list_subnets', skip: 0, status: 503, times: 1 });
  const session = await (await openAccount(cloud)).session();
  expect(await cloudErrorOf(session.vpc.listSubnets(background))).toMatchObject({ reason: 'unavailable' });
  const later = await servePages({ '': { vpcs: [vpc('a')], next: { href: '/v1/vpcs?start=gone' } } });
  expect(await cloudErrorOf(later.vpc.listVpcs(background))).toMatchObject({ reason: 'absent' });
});

describe('next.href', () => {
  test.each([
    ['a full URL', 'https://us-south.iaas.cloud.ibm.com/v1/vpcs?limit=100&start=two'],
    ['a path', '/v1/vpcs?start=two'],
    ['a query', '?start=two'],
    ['a token that needs escapes', `/v1/vpcs?start=${encodeURIComponent('two')}&start=three`],
  ])('is read when it is %s', async (_, href) => {
    const session = await servePages({ '': { vpcs: [vpc('a')], next: { href } }, two: { vpcs: [vpc('b')] } });
    const vpcs = await session.vpc.listVpcs(background);
    expect(vpcs.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('that points to another host is not followed: the next page is asked of our own', async () => {
    const elsewhere = await serveScript((_, response) => response.end('{"vpcs": []}'));
    const href = `${elsewhere.url}/v1/vpcs?start=two`;
    const session = await servePages({ '': { vpcs: [vpc('a')], next: { href } }, two: { vpcs: [vpc('b')] } });
    const vpcs = await session.vpc.listVpcs(background);
    expect(vpcs.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(elsewhere.connections).toBe(0);
    await elsewhere.stop();
  });

  test.each([
    ['without a start token', { '': { vpcs: [], next: { href: '/v1/vpcs?limit=100' } } }, 'no start token'],
    ['that is no URL', { '': { vpcs: [], next: { href: 'https://[' } } }, 'no start token'],
    [
      'of a page that was read before',
      {
        '': { vpcs: [], next: { href: '?start=two' } },
        two: { vpcs: [], next: { href: '?start=three' } },
        three: { vpcs: [], next: { href: '?start=two' } },
      },
      'repeats a page',
    ],
  ])('%s ends the listing: part of it is no listing', async (_, pages, message) => {
    const session = await servePages(pages);
    const error = await cloudErrorOf(session.vpc.listVpcs(background));
    expect(error).toMatchObject({ reason: 'unknown', message: expect.stringContaining(message) });
  });
});

test('a page without its collection is no empty page', async () => {
  const session = await servePages({ '': { subnets: [] } });
  const error = await cloudErrorOf(session.vpc.listVpcs(background));
  expect(error).toMatchObject({ reason: 'unknown', message: 'list_vpcs: the answer has no vpcs' });
});
