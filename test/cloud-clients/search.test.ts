/** Global Search: gateways with their tags, and instances that gateways can lead to. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
import { background, cloudErrorOf, openAccount, serviceTarget } from './open-account.ts';
import { type ScriptedServer, serveScript } from './scripted-server.ts';

let cloud: Cloud;
let server: ScriptedServer | undefined;
let session: Session;

beforeAll(async () => {
  cloud = await startCloud({ regions: ['us-south', 'eu-de'] });
  cloud.control.clock.freeze();
  session = await (await openAccount(cloud)).session();
});

afterAll(async () => {
  await cloud.stop();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const list = async (): Promise<ReadonlyMap<string, unknown>> =>
  session.search.listTaggedGateways('us-south', background);

test('gateways of the region are found with user tags and access tags, and those without any', async () => {
  const { seed, settings, clock } = cloud.control;
  const gateway = (index: number): string =>
    seed.endpointGateway({ prototype: { vpc: { id: 'vpc-1' }, target: serviceTarget(index) } }).crn;
  const [tagged, bare] = [gateway(1), gateway(2)];
  seed.vpc({ name: 'far-away', region: 'eu-de' });
  const target = serviceTarget(3);
  seed.endpointGateway({ region: 'eu-de', prototype: { vpc: { id: 'far-away' }, target } });
  settings.searchLagMs = 10_000;
  const somebody = await connect(cloud);
  const resources = [{ resource_id: tagged }];
  await somebody.tagging('POST', '/v3/tags?tag_type=access', { tag_names: ['team:a'] });
  await somebody.tagging('POST', '/v3/tags/attach', { resources, tag_names: ['env:prod'] });
  await somebody.tagging('POST', '/v3/tags/attach?tag_type=access', { resources, tag_names: ['team:a'] });

  const none = { tags: [], accessTags: [] };
  expect(await list()).toEqual(new Map([tagged, bare].map((crn) => [crn, none])));
  clock.advance(10_000);
  expect(await list()).toEqual(
    new Map<string, unknown>([
      [tagged, { tags: ['env:prod'], accessTags: ['team:a'] }],
      [bare, none],
    ]),
  );
});

test('instances say under which names they answer; those that cannot be targets are left out', async () => {
  const { seed } = cloud.control;
  const redis = seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
  seed.serviceInstance({ name: 'cloudant', service: 'cloudantnosqldb' });
  const own = seed.serviceInstance({
    name: 'postgres',
    service: 'databases-for-postgresql',
    region: 'eu-de',
    virtualPrivateEndpoints: {
      dns_domain: 'own.example.appdomain.cloud',
      dns_hosts: ['', '*', 'replica'],
      endpoints: [{ ip_address: '166.9.1.1', zone: 'eu-de-1' }],
      origin_type: 'cse',
      ports: [{ port_min: 5432, port_max: 5432 }],
    },
  });
  const found = await session.search.listTargetInstances(background);
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      {
        crn: redis.crn,
        name: 'redis',
        region: 'us-south',
        service: 'databases-for-redis',
        hosts: [`${redis.guid}.private.databases.appdomain.cloud`],
        ports: expect.any(Array),
      },
      {
        crn: own.crn,
        name: 'postgres',
        region: 'eu-de',
        service: 'databases-for-postgresql',
        hosts: [
          'own.example.appdomain.cloud',
          '*.own.example.appdomain.cloud',
          'replica.own.example.appdomain.cloud',
        ],
        ports: [{ min: 5432, max: 5432 }],
      },
    ]),
  );
});

interface Page {
  readonly items?: unknown;
  readonly limit?: number;
  readonly search_cursor?: string;
}

/** A search that answers these pages one after another, and the bodies that it was asked with. */
async function answering(pages: readonly Page[]): Promise<{ session: Session; asked: unknown[] }> {
  const asked: unknown[] = [];
  server = await serveScript((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(JSON.parse(body));
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(pages[asked.length - 1]));
    });
  });
  const opened = await openAccount(cloud, { endpoints: { search: server.url } });
  return { session: await opened.session(), asked };
}

const items = (...crns: string[]): unknown[] => crns.map((crn) => ({ crn, tags: [`tag:${crn}`] }));

describe('pages', () => {
  const crnsFrom = async (pages: readonly Page[]): Promise<{ crns: string[]; asked: unknown[] }> => {
    const { session: scripted, asked } = await answering(pages);
    const found = await scripted.search.listTaggedGateways('us-south', background);
    return { crns: [...found.keys()], asked };
  };

  test('follow by cursor, even when every cursor is the same, until one is not full', async () => {
    const { crns, asked } = await crnsFrom([
      { items: items('a', 'b'), limit: 2, search_cursor: 'live' },
      { items: items('c', 'd'), limit: 2, search_cursor: 'live' },
      { items: items('e'), limit: 2, search_cursor: 'live' },
    ]);
    expect(crns).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked).toEqual([
      {
        query: 'family:is AND type:endpoint-gateway AND region:us-south',
        fields: ['crn', 'tags', 'access_tags'],
      },
      { search_cursor: 'live' },
      { search_cursor: 'live' },
    ]);
  });

  test.each<[string, Page]>([
    ['is empty', { items: [], limit: 2, search_cursor: 'live' }],
    ['has no cursor', { items: items('c', 'd'), limit: 2 }],
  ])('end with one that %s', async (_, last) => {
    const { crns, asked } = await crnsFrom([
      { items: items('a', 'b'), limit: 2, search_cursor: 'live' },
      last,
    ]);
    expect(crns).toEqual(['a', 'b', ...((last.items as { crn: string }[]) ?? []).map(({ crn }) => crn)]);
    expect(asked).toHaveLength(2);
  });

  test('that never move on are not taken for the whole', async () => {
    const page = { items: items('a', 'b'), limit: 2, search_cursor: 'stuck' };
    const { session: scripted } = await answering([page, page]);
    const error = await cloudErrorOf(scripted.search.listTaggedGateways('us-south', background));
    expect(error).toMatchObject({ reason: 'unknown', message: 'search: the listing repeats a page' });
  });

  test('of which one is something else fail as a whole', async () => {
    const { session: scripted } = await answering([
      { items: items('a', 'b'), limit: 2, search_cursor: 'live' },
      {},
    ]);
    const error = await cloudErrorOf(scripted.search.listTaggedGateways('us-south', background));
    expect(error).toMatchObject({ reason: 'unknown', message: 'search: the answer has no items' });
  });
});

test('an item without names or tags is shown as having none', async () => {
  const { session: scripted } = await answering([{ items: [{ crn: 'a' }], limit: 10 }]);
  expect(await scripted.search.listTargetInstances(background)).toEqual([
    { crn: 'a', name: '', region: '', service: '', hosts: [], ports: [] },
  ]);
});
