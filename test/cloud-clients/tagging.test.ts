import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { connect, type CloudClient } from '../cloud/client.ts';
import { background, openAccount, userAgent, serviceTarget } from './open-account.ts';

let cloud: Cloud;
let session: Session;
let somebody: CloudClient;
let crn: string;

beforeAll(async () => {
  cloud = await startCloud();
  session = await (await openAccount(cloud)).session();
  somebody = await connect(cloud);
  const prototype = { vpc: { id: 'vpc-1' }, target: serviceTarget(1) };
  crn = cloud.control.seed.endpointGateway({ prototype }).crn;
});

afterAll(async () => {
  await cloud.stop();
});

const tagsOf = async (): Promise<readonly string[]> => {
  const query = new URLSearchParams({ attached_to: crn, providers: 'ghost', tag_type: 'user' });
  const { body } = await somebody.tagging('GET', `/v3/tags?${query.toString()}`);
  return (body.items as { name: string }[]).map(({ name }) => name);
};

test('a resource has no tags at first', async () => {
  expect(await session.tagging.listTags(crn, 'user', background)).toEqual([]);
});

test('a tag is attached and detached; others’ tags stay', async () => {
  await somebody.tagging('POST', '/v3/tags/attach', {
    resources: [{ resource_id: crn }],
    tag_names: ['env:prod'],
  });
  await session.tagging.attachTags(crn, 'user', ['vpe-operator:a:b'], background);
  expect(await tagsOf()).toEqual(['env:prod', 'vpe-operator:a:b']);
  expect(await session.tagging.listTags(crn, 'user', background)).toEqual(['env:prod', 'vpe-operator:a:b']);
  await session.tagging.detachTags(crn, 'user', ['vpe-operator:a:b'], background);
  expect(await tagsOf()).toEqual(['env:prod']);
});

test('doing it twice is doing it once', async () => {
  await session.tagging.attachTags(crn, 'user', ['twice'], background);
  await session.tagging.attachTags(crn, 'user', ['twice'], background);
  expect(await tagsOf()).toContain('twice');
  await session.tagging.detachTags(crn, 'user', ['twice'], background);
  await session.tagging.detachTags(crn, 'user', ['twice'], background);
  expect(await tagsOf()).not.toContain('twice');
});

test('more than a default page of tags is read whole', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `tag-${1_000 + index}`);
  for (let first = 0; first < names.length; first += 50) {
    const body = { resources: [{ resource_id: crn }], tag_names: names.slice(first, first + 50) };
    await somebody.tagging('POST', '/v3/tags/attach', body);
  }
  expect(await session.tagging.listTags(crn, 'user', background)).toEqual(expect.arrayContaining(names));
});

test('calls carry our name, a request id and the account’s token, and nothing is sent twice', async () => {
  const after = cloud.control.requestLog.lastSequence;
  await session.tagging.listTags(crn, 'user', background);
  expect(cloud.control.requestLog.entries({ after })).toMatchObject([
    {
      operation: 'list_tags',
      userAgent,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accountId: session.accountID,
      query: { attached_to: crn, providers: 'ghost', tag_type: 'user', limit: '1000' },
    },
  ]);
});
