/** Global Search (vpc-endpoint-gateways §8, §9): what it finds, when, and page by page. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Reply } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const search = async (body: object, query = ''): Promise<Reply> => {
  const { client, cloud } = fixture;
  return client.at(cloud.plainEndpoints.search, 'POST', `/v3/resources/search${query}`, body);
};
const found = async (query: string, fields: string[] = ['name']): Promise<Reply['body'][]> =>
  (await search({ query, fields }, '?limit=1000')).body.items;
const names = async (query: string): Promise<string[]> => (await found(query)).map(({ name }) => name);

const gateways = 'family:is AND type:endpoint-gateway AND region:us-south';

const crns = async (): Promise<string[]> => (await found(gateways)).map(({ crn }) => crn);
const shownTags = async (): Promise<string[]> => (await found(gateways, ['tags']))[0].tags;

describe('a query', () => {
  beforeEach(async () => {
    const { seed } = fixture.cloud.control;
    await fixture.createGateway({ name: 'one' });
    seed.serviceInstance({ name: 'redis', service: 'databases-for-redis' });
    seed.serviceInstance({ name: 'far-away', service: 'logs', region: 'eu-de' });
    seed.serviceInstance({ name: 'no-target', service: 'cloudantnosqldb' });
  });

  it.each<[string, string[]]>([
    [gateways, ['one']],
    ['service_name:is AND type:endpoint-gateway', ['one']],
    ['family:is AND type:vpc AND name:vpc-*', ['vpc-1', 'vpc-2', 'vpc-3', 'vpc-4']],
    ['(family:is AND type:endpoint-gateway)', ['one']],
    ['family:is AND type:endpoint-gateway AND region:eu-de', []],
    ['type:resource-instance AND name:redis', ['redis']],
    ['doc.extensions.virtual_private_endpoints.endpoints.ip_address:*', ['redis', 'far-away']],
    ['region:eu-*', ['far-away']],
  ])('%s', async (query, expected) => {
    expect(new Set(await names(query))).toEqual(new Set(expected));
  });

  it('by CRN finds the one resource, with the three arrays that Terraform wants (§6.1)', async () => {
    const [{ crn }] = await found(gateways);
    const fields = ['access_tags', 'tags', 'service_tags'];
    expect(await found(`crn:"${crn}"`, fields)).toEqual([
      { crn, tags: [], access_tags: [], service_tags: [] },
    ]);
  });

  it('of another account finds nothing of ours', async () => {
    const { cloud } = fixture;
    cloud.control.seed.account('other');
    const other = await connect(cloud, { account: 'other' });
    const reply = await other.at(cloud.plainEndpoints.search, 'POST', '/v3/resources/search', { query: '*' });
    expect(reply.body.items).toEqual([]);
    expect((await search({ query: gateways }, '?account_id=another')).body.items).toEqual([]);
  });

  it('that it cannot read is a 400', async () => {
    expect(refusal(await search({ query: 'type:(vpc OR subnet)' }))).toEqual({
      status: 400,
      code: 'bad_request',
    });
    expect((await search({ query: 'a', filter: 'b' })).status).toBe(400);
    expect((await search({ query: gateways }, '?limit=1001')).status).toBe(400);
  });

  it('without fields gets the usual five', async () => {
    const { items } = (await search({ query: gateways })).body;
    expect(Object.keys(items[0]).toSorted()).toEqual(['account_id', 'crn', 'family', 'name', 'type']);
  });

  it('shows of a nested document only what was asked for', async () => {
    const [instance] = await found('name:redis', ['doc.extensions.virtual_private_endpoints.dns_hosts']);
    expect(instance.doc).toEqual({ extensions: { virtual_private_endpoints: { dns_hosts: [''] } } });
  });
});

describe('pages', () => {
  it('follow one another by a cursor that carries query and fields', async () => {
    const { seed } = fixture.cloud.control;
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const target = {
        resource_type: 'provider_cloud_service' as const,
        crn: seed.serviceInstance({ name, service: 'logs' }).crn,
      };
      seed.endpointGateway({ prototype: { vpc: { id: 'vpc-1' }, name, target } });
    }
    const seen: string[] = [];
    let body: object = { query: gateways, fields: ['crn'] };
    for (const count of [2, 2, 1, 0]) {
      const page: Reply['body'] = (await search(body, '?limit=2')).body;
      expect(page.limit).toBe(2);
      expect(page.items).toHaveLength(count);
      seen.push(...page.items.map(({ crn }: { crn: string }) => crn));
      body = { search_cursor: page.search_cursor ?? 'none', query: 'ignored:with a cursor' };
    }
    expect(seen).toEqual(await crns());
    expect((await search(body)).status).toBe(400);
  });
});

describe('the lag', () => {
  beforeEach(() => {
    fixture.cloud.control.settings.searchLagMs = 30_000;
  });

  it('hides a created gateway for a while', async () => {
    const { clock } = fixture.cloud.control;
    await fixture.createGateway({ name: 'new' });
    clock.advance(29_999);
    expect(await names(gateways)).toEqual([]);
    clock.advance(1);
    expect(await names(gateways)).toEqual(['new']);
  });

  it('keeps tags as they were, while tagging itself shows them at once', async () => {
    const { clock } = fixture.cloud.control;
    const { crn } = await fixture.createGateway();
    clock.advance(60_000);
    const tag = async (verb: string): Promise<unknown> =>
      fixture.client.tagging('POST', `/v3/tags/${verb}`, {
        resources: [{ resource_id: crn }],
        tag_names: ['env:prod'],
      });
    await tag('attach');
    expect(await shownTags()).toEqual([]);
    clock.advance(30_000);
    expect(await shownTags()).toEqual(['env:prod']);
    await tag('detach');
    expect(await shownTags()).toEqual(['env:prod']);
    clock.advance(30_000);
    expect(await shownTags()).toEqual([]);
  });
});
