/** The account's tags in use: read whole, however the tagging service pages (vpc-endpoint-gateways §9). */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
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

test('they are read a thousand at a time, and those of nothing are left out', async () => {
  const somebody = await connect(cloud);
  const crns = [1, 2].map((index) => {
    const prototype = { vpc: { id: 'vpc-1' }, target: serviceTarget(index) };
    return cloud.control.seed.endpointGateway({ prototype }).crn;
  });
  const names = Array.from({ length: 1_200 }, (_, index) => `tag-${10_000 + index}`);
  for (const [index, crn] of crns.entries()) {
    for (let first = index * 600; first < (index + 1) * 600; first += 100) {
      const body = { resources: [{ resource_id: crn }], tag_names: names.slice(first, first + 100) };
      await somebody.tagging('POST', '/v3/tags/attach', body);
    }
  }
  const body = { resources: [{ resource_id: crns[0] }], tag_names: ['tag-10000'] };
  await somebody.tagging('POST', '/v3/tags/detach', body);
  const { tagging } = await (await openAccount(cloud)).session();
  const after = cloud.control.requestLog.lastSequence;

  expect(await tagging.listTagsInUse(background)).toEqual(new Set(names.slice(1)));

  const query = { tag_type: 'user', attached_only: 'true', providers: 'ghost', limit: '1000' };
  expect(cloud.control.requestLog.entries({ after }).map((request) => request.query)).toEqual([
    { ...query, offset: '0' },
    { ...query, offset: '1000' },
  ]);
});

interface Answer {
  readonly total_count?: number;
  readonly items?: readonly string[];
}

/** A tagging service that answers so; `asked` collects the offsets. */
async function answering(
  answer: (offset: number) => Answer,
): Promise<{ readonly session: Session; readonly asked: readonly number[] }> {
  const asked: number[] = [];
  server = await serveScript((request, response) => {
    const offset = Number(new URL(request.url ?? '', 'http://x').searchParams.get('offset'));
    asked.push(offset);
    const { items, ...rest } = answer(offset);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ ...rest, items: items?.map((name) => ({ name })) }));
  });
  const session = await (await openAccount(cloud, { endpoints: { tagging: server.url } })).session();
  return { session, asked };
}

const all = ['a', 'b', 'c', 'd', 'e'];

describe('a service that', () => {
  test('gives smaller pages than were asked for is asked on where they ended', async () => {
    const { session, asked } = await answering((offset) => ({
      total_count: all.length,
      items: all.slice(offset, offset + 2),
    }));
    expect(await session.tagging.listTagsInUse(background)).toEqual(new Set(all));
    expect(asked).toEqual([0, 2, 4]);
  });

  test.each<[string, number | undefined]>([
    ['counts nothing', undefined],
    ['counts more than it gives, such as tags that are not in use', 100],
  ])('%s is asked until a page is empty', async (_, total) => {
    const { session, asked } = await answering((offset) => ({
      ...(total !== undefined && { total_count: total }),
      items: all.slice(offset, offset + 3),
    }));
    expect(await session.tagging.listTagsInUse(background)).toEqual(new Set(all));
    expect(asked).toEqual([0, 3, 5]);
  });

  test('knows of no tag is asked once', async () => {
    const { session, asked } = await answering(() => ({ total_count: 0 }));
    expect(await session.tagging.listTagsInUse(background)).toEqual(new Set());
    expect(asked).toEqual([0]);
  });

  test('minds no offset is not asked for ever, and its page is not taken for the whole', async () => {
    const { session, asked } = await answering(() => ({ items: all }));
    expect(await cloudErrorOf(session.tagging.listTagsInUse(background))).toMatchObject({
      reason: 'unknown',
      message: 'list_tags: the listing repeats a page',
    });
    expect(asked).toEqual([0, 5]);
  });

  test('answers a later page with something else fails as a whole', async () => {
    const { session } = await answering((offset) => (offset === 0 ? { total_count: 9, items: all } : {}));
    expect(await cloudErrorOf(session.tagging.listTagsInUse(background))).toMatchObject({
      reason: 'unknown',
    });
  });
});
