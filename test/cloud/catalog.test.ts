/** Catalog Management (vpc-endpoint-gateways §8): the targets of a region, all of which gateways accept. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Reply } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await fixture.cloud.stop();
});

const ask = async (parameters: Record<string, string>): Promise<Reply> => {
  const { client, cloud } = fixture;
  const query = new URLSearchParams(parameters).toString();
  return client.at(cloud.plainEndpoints.catalog, 'GET', `/objects?${query}`);
};

const query = 'kind:vpe AND svc AND parent_id:us-south';

it('lists the targets of a region page by page, the next one by its offset', async () => {
  const all: { name: string }[] = [];
  for (let next: string | undefined = '?offset=0'; next !== undefined;) {
    const offset = new URL(next, 'http://any').searchParams.get('offset') ?? '';
    const { body }: Reply = await ask({ query, digest: 'false', limit: '7', offset });
    expect(body).toMatchObject({ offset: Number(offset), limit: 7, resource_count: body.resources.length });
    all.push(...body.resources);
    next = body.next;
  }
  const { body } = await ask({ query, digest: 'false', limit: '1000' });
  expect(all).toEqual(body.resources);
  expect(body.total_count).toBe(all.length);
  expect(body).not.toHaveProperty('next');
});

it('has one entry for each endpoint of a service that has several', async () => {
  const { resources } = (await ask({ query, digest: 'false', limit: '1000' })).body;
  const crns: string[] = resources.map(({ data }: Reply['body']) => data.service_crn);
  expect(new Set(crns).size).toBe(crns.length);
  const of = (service: string): string[] => crns.filter((crn) => crn.split(':')[4] === service);
  expect(of('hs-crypto')).toHaveLength(8);
  expect(of('cloud-object-storage')).toHaveLength(2);
});

it('lists nothing that a gateway cannot lead to, nor under other names', async () => {
  const { resources } = (await ask({ query, digest: 'false', limit: '1000' })).body;
  for (const { data } of resources) {
    const target = { resource_type: 'provider_cloud_service', crn: data.service_crn };
    const gateway = await fixture.createGateway({ target });
    expect(gateway.service_endpoints).toEqual(data.fully_qualified_domain_names);
    fixture.settle();
  }
});

it('leaves the data out of a digest', async () => {
  const [object] = (await ask({ query })).body.resources;
  expect(object).toMatchObject({ kind: 'vpe', parent_id: 'us-south', label: expect.any(String) });
  expect(object).not.toHaveProperty('data');
});

it('refuses what no client asks', async () => {
  expect(refusal(await ask({ query: 'kind:offering' }))).toEqual({ status: 400, code: 'bad_request' });
  expect((await ask({})).status).toBe(400);
});
