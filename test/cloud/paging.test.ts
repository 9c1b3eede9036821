/** Lists: order, pages, `next` links, filters (vpc-endpoint-gateways §1.3). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distinctTarget, refusal, startFixture, type Fixture } from './fixture.ts';
import { newestFirst, page, type PageRequest } from './vpc/paging.ts';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

const item: fc.Arbitrary<Item> = fc.record({
  id: fc.uuid(),
  name: fc.stringMatching(/^[a-z]{1,3}$/),
  createdAtMs: fc.integer({ min: 0, max: 5 }),
});
const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 60 });
const limits = fc.integer({ min: 1, max: 20 });

/** One page, from the query of a link as a client would send it. */
function fetchPage(all: Iterable<Item>, limit: number, start?: string): { ids: string[]; next?: string } {
  const request: PageRequest = {
    href: 'http://cloud/v1/things',
    query: { limit, ...(start === undefined ? {} : { start }) },
  };
  const answer = page('things', all, { order: newestFirst, render: ({ id }) => id, request });
  const next = answer['next'] as { href: string } | undefined;
  const token = next === undefined ? undefined : new URL(next.href).searchParams.get('start');
  return { ids: answer['things'] as string[], ...(token ? { next: token } : {}) };
}

describe('a walk along the next links', () => {
  it('meets every item once, newest first and then by name', () => {
    fc.assert(
      fc.property(items, limits, (all, limit) => {
        const walked: string[] = [];
        for (let next: string | undefined; ;) {
          const answer = fetchPage(all, limit, next);
          walked.push(...answer.ids);
          next = answer.next;
          if (next === undefined) {
            break;
          }
          expect(answer.ids).toHaveLength(limit);
        }
        const sorted = all.toSorted(
          (a, b) =>
            b.createdAtMs - a.createdAtMs ||
            (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1),
        );
        expect(walked).toEqual(sorted.map(({ id }) => id));
      }),
    );
  });

  it('meets what was there all along exactly once, whatever comes and goes between two pages', () => {
    fc.assert(
      fc.property(items, items, limits, (stays, comesAndGoes, limit) => {
        const walked: string[] = [];
        let present = false;
        for (let next: string | undefined; ;) {
          const answer = fetchPage(present ? [...stays, ...comesAndGoes] : stays, limit, next);
          walked.push(...answer.ids);
          next = answer.next;
          present = !present;
          if (next === undefined) {
            break;
          }
        }
        const stayed = new Set(stays.map(({ id }) => id));
        const seen = walked.filter((id) => stayed.has(id));
        expect(seen.toSorted()).toEqual([...stayed].toSorted());
      }),
    );
  });
});

describe('a list of the VPC API', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture();
    for (let index = 0; index < 7; index += 1) {
      await fixture.createGateway({
        vpc: { id: fixture.vpc(index < 5 ? 'vpc-1' : 'vpc-2') },
        name: `gateway-${index}`,
        target: distinctTarget(index),
      });
      fixture.cloud.control.clock.advance(1_000);
    }
  });

  afterAll(async () => {
    await fixture.cloud.stop();
  });

  it('shows 50 items unless told otherwise, and no next on the last page', async () => {
    const { body } = await fixture.client.vpc('GET', '/endpoint_gateways');
    expect(body).toMatchObject({ limit: 50, total_count: 7 });
    expect(body.first.href).toMatch(/\/v1\/endpoint_gateways\?limit=50$/);
    expect(body).not.toHaveProperty('next');
    const names = body.endpoint_gateways.map(({ name }: { name: string }) => name);
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `gateway-${index}`));
  });

  it('keeps its filters in full next links, and counts after filtering', async () => {
    const path = `/endpoint_gateways?vpc.id=${fixture.vpc('vpc-1')}&limit=3`;
    const first = (await fixture.client.vpc('GET', path)).body;
    expect(first).toMatchObject({ limit: 3, total_count: 5 });
    const next = new URL(first.next.href);
    expect(next.origin + next.pathname).toBe(
      `${fixture.cloud.plainEndpoints.vpc('us-south')}/endpoint_gateways`,
    );
    expect(next.searchParams.get('vpc.id')).toBe(fixture.vpc('vpc-1'));
    const second = (await fixture.client.vpc('GET', `/endpoint_gateways${next.search}`)).body;
    expect(second.endpoint_gateways).toHaveLength(2);
    expect(second).not.toHaveProperty('next');
  });

  it.each([
    ['name=gateway-3', 1],
    ['vpc.name=vpc-2', 2],
    ['lifecycle_state=stable,updating,pending', 7],
    ['lifecycle_state=failed', 0],
    ['resource_group.id=0123456789abcdef0123456789abcdef', 0],
  ])('filters by %s', async (filter, count) => {
    const { body } = await fixture.client.vpc('GET', `/endpoint_gateways?${filter}`);
    expect(body.total_count).toBe(count);
  });

  it.each([
    ['limit=0', 'validation_min_value'],
    ['limit=101', 'validation_max_value'],
    ['limit=many', 'validation_invalid_field_type'],
    ['start=nonsense', 'bad_request'],
    ['vpc_id=misspelt', 'bad_field'],
  ])('refuses %s', async (query, code) => {
    const reply = await fixture.client.vpc('GET', `/endpoint_gateways?${query}`);
    expect(refusal(reply)).toEqual({ status: 400, code });
  });

  it('sorts reserved IPs by address, also backwards, and shows the five of the provider', async () => {
    const path = `/subnets/${fixture.subnet('vpc-1-zone-2-b')}/reserved_ips`;
    const addresses = async (query: string): Promise<string[]> =>
      (await fixture.client.vpc('GET', `${path}${query}`)).body.reserved_ips.map(
        ({ address }: { address: string }) => address,
      );
    const provider = ['10.2.4.0', '10.2.4.1', '10.2.4.2', '10.2.4.3', '10.2.4.255'];
    expect(await addresses('')).toEqual(provider);
    expect(await addresses('?sort=-address')).toEqual(provider.toReversed());
    expect(refusal(await fixture.client.vpc('GET', `${path}?sort=size`)).code).toBe('validation_enum');
  });
});
