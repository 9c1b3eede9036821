/** Access tags, and tags that the service refuses inside a 200 (vpc-endpoint-gateways §9). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from './client.ts';
import { startFixture, type Fixture } from './fixture.ts';
import { MOST_TAGS } from './tagging/tags.ts';

let fixture: Fixture;
let crn: string;

beforeEach(async () => {
  fixture = await startFixture();
  ({ crn } = await fixture.createGateway());
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const create = async (...names: string[]): Promise<Reply> =>
  fixture.client.tagging('POST', '/v3/tags?tag_type=access', { tag_names: names });
const change = async (verb: string, type: string, ...names: string[]): Promise<Reply['body']> => {
  const body = { resources: [{ resource_id: crn }], tag_names: names };
  return (await fixture.client.tagging('POST', `/v3/tags/${verb}?tag_type=${type}`, body)).body.results[0];
};
const listed = async (type: string): Promise<string[]> => {
  const path = `/v3/tags?attached_to=${encodeURIComponent(crn)}&providers=ghost&tag_type=${type}`;
  return (await fixture.client.tagging('GET', path)).body.items.map(({ name }: { name: string }) => name);
};

describe('an access tag', () => {
  it('must exist before it is attached; others in the call go through', async () => {
    await create('env:prod');
    expect(await change('attach', 'access', 'env:prod', 'team:a')).toEqual({
      resource_id: crn,
      is_error: true,
      message: 'The access tag team:a does not exist.',
    });
    expect(await listed('access')).toEqual(['env:prod']);
  });

  it('is no user tag of the same name', async () => {
    await create('env:prod');
    await change('attach', 'access', 'env:prod');
    await change('attach', 'user', 'team:a');
    expect([await listed('access'), await listed('user')]).toEqual([['env:prod'], ['team:a']]);
    await change('detach', 'user', 'env:prod');
    expect(await listed('access')).toEqual(['env:prod']);
    await change('detach', 'access', 'ENV:prod');
    expect(await listed('access')).toEqual([]);
  });

  it('is created once, as key and value', async () => {
    expect((await create('env:prod')).body.results).toEqual([{ tag_name: 'env:prod', is_error: false }]);
    expect((await create('ENV:prod')).body.results).toEqual([{ tag_name: 'ENV:prod', is_error: true }]);
    expect((await create('no-value')).status).toBe(400);
    expect((await fixture.client.tagging('POST', '/v3/tags', { tag_names: ['a:b'] })).status).toBe(400);
  });

  it('is one of 250 at most that an account has', async () => {
    const names = Array.from({ length: MOST_TAGS.access }, (_, index) => `key:${index}`);
    for (let first = 0; first < names.length; first += 50) {
      await create(...names.slice(first, first + 50));
    }
    expect((await create('one:more')).body.results).toEqual([{ tag_name: 'one:more', is_error: true }]);
  });
});

describe('a tag that a test has refused', () => {
  it('is refused in the test’s words, in any case, alone among others', async () => {
    fixture.cloud.control.refusedTags.set('env:prod', 'Not today.');
    expect(await change('attach', 'user', 'Env:Prod', 'team:a')).toMatchObject({
      is_error: true,
      message: 'Not today.',
    });
    expect(await listed('user')).toEqual(['team:a']);
    fixture.cloud.control.refusedTags.clear();
    expect(await change('attach', 'user', 'env:prod')).toMatchObject({ is_error: false });
    fixture.cloud.control.refusedTags.set('env:prod', 'Not today.');
    expect(await change('detach', 'user', 'env:prod', 'team:a')).toMatchObject({ is_error: true });
    expect(await listed('user')).toEqual(['env:prod']);
  });
});
