/** User tags (vpc-endpoint-gateways §9). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from './client.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';
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

const change = async (verb: 'attach' | 'detach', tags: readonly string[], query = ''): Promise<unknown> => {
  const body = { resources: [{ resource_id: crn }], tag_names: tags };
  return (await fixture.client.tagging('POST', `/v3/tags/${verb}${query}`, body)).body;
};
const listed = async (query = ''): Promise<string[]> => {
  const path = `/v3/tags?attached_to=${encodeURIComponent(crn)}&providers=ghost${query}`;
  const { items } = (await fixture.client.tagging('GET', path)).body;
  return items.map(({ name }: { name: string }) => name);
};
const ofAccount = async (query: string): Promise<string[]> => {
  const { items } = (await fixture.client.tagging('GET', `/v3/tags?${query}`)).body;
  return items.map(({ name }: { name: string }) => name);
};
const done = { results: [expect.objectContaining({ is_error: false })] };

describe('tags', () => {
  it('are attached, listed by name, and detached', async () => {
    expect(await change('attach', ['team:storage', 'env:prod'])).toEqual(done);
    expect(await listed()).toEqual(['env:prod', 'team:storage']);
    expect(await listed('&order_by_name=desc&limit=1')).toEqual(['team:storage']);
    expect(await listed('&offset=1')).toEqual(['team:storage']);
    expect(await change('detach', ['env:prod', 'never:there'])).toEqual(done);
    expect(await listed()).toEqual(['team:storage']);
  });

  it('are the same in any case', async () => {
    await change('attach', ['Env:Prod']);
    await change('attach', ['env:prod']);
    expect(await listed()).toEqual(['Env:Prod']);
    await change('detach', ['ENV:PROD']);
    expect(await listed()).toEqual([]);
  });

  it('replace all others, or those of the same key, when asked to', async () => {
    await change('attach', ['env:dev', 'team:a', 'label']);
    await change('attach', ['env:prod'], '?update=true');
    expect(await listed()).toEqual(['env:prod', 'label', 'team:a']);
    await change('attach', ['only:this'], '?replace=true');
    expect(await listed()).toEqual(['only:this']);
  });

  it('can be put on VPCs, subnets and security groups as well', async () => {
    const { client } = fixture;
    for (const path of [
      `/vpcs/${fixture.vpc('vpc-1')}`,
      `/subnets/${fixture.subnet('vpc-1-zone-1-a')}`,
      `/security_groups/${fixture.securityGroup('vpc-1-web')}`,
    ]) {
      crn = (await client.vpc('GET', path)).body.crn;
      expect(await change('attach', ['a:b'])).toEqual(done);
    }
    expect((await client.tagging('GET', '/v3/tags')).body).toMatchObject({
      total_count: 1,
      items: [{ name: 'a:b' }],
    });
  });
});

describe('the tags of the account', () => {
  it('are those of every resource, each once', async () => {
    await change('attach', ['env:prod', 'team:a']);
    crn = (await fixture.client.vpc('GET', `/vpcs/${fixture.vpc('vpc-1')}`)).body.crn;
    await change('attach', ['ENV:prod', 'team:b']);
    expect(await ofAccount('attached_only=true')).toEqual(['env:prod', 'team:a', 'team:b']);
    expect(await ofAccount('attached_only=true&offset=1&limit=1')).toEqual(['team:a']);
    expect((await fixture.client.tagging('GET', '/v3/tags?attached_only=true&limit=1')).body).toMatchObject({
      total_count: 3,
      offset: 0,
      limit: 1,
    });
  });

  it('outlive their last resource, but are in use no more', async () => {
    await change('attach', ['env:prod', 'team:a']);
    await change('detach', ['team:a']);
    expect(await ofAccount('attached_only=true')).toEqual(['env:prod']);
    expect(await ofAccount('attached_only=false')).toEqual(['env:prod', 'team:a']);
    await fixture.client.vpc('DELETE', `/endpoint_gateways/${crn.split(':').at(-1)}`);
    fixture.cloud.control.clock.advance(60_000);
    expect(await ofAccount('attached_only=true')).toEqual([]);
    expect(await ofAccount('')).toEqual(['env:prod', 'team:a']);
  });

  it('are nobody else’s', async () => {
    await change('attach', ['env:prod']);
    fixture.cloud.control.seed.account('somebody');
    const somebody = await connect(fixture.cloud, { account: 'somebody' });
    expect((await somebody.tagging('GET', '/v3/tags?attached_only=true')).body.items).toEqual([]);
    expect((await somebody.tagging('GET', '/v3/tags')).body.items).toEqual([]);
  });
});

describe('a failure', () => {
  it('of one resource stands inside a 200', async () => {
    const unknown = crn.replace(/.{4}$/, 'ffff');
    const resources = [{ resource_id: crn }, { resource_id: unknown }];
    const reply = await fixture.client.tagging('POST', '/v3/tags/attach', { resources, tag_name: 'a:b' });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        results: [
          { resource_id: crn, is_error: false },
          { resource_id: unknown, is_error: true, message: expect.any(String) },
        ],
      },
    });
  });

  it('of a tag type whose tags must exist first, too', async () => {
    const failed = { results: [expect.objectContaining({ is_error: true })] };
    expect(await change('attach', ['env:prod'], '?tag_type=access')).toEqual(failed);
    expect(await listed()).toEqual([]);
  });

  it('of a full resource, too', async () => {
    for (let hundred = 0; hundred < MOST_TAGS.user / 100; hundred += 1) {
      await change(
        'attach',
        Array.from({ length: 100 }, (_, index) => `tag:${hundred}-${index}`),
      );
    }
    const failed = { results: [expect.objectContaining({ is_error: true })] };
    expect(await change('attach', ['one:more'])).toEqual(failed);
  });

  it.each([
    [{ resources: [], tag_name: 'a:b' }, 400],
    [{ resources: [{ resource_id: 'x' }] }, 400],
    [{ resources: [{ resource_id: 'x' }], tag_name: 'no/slashes' }, 400],
    [{ resources: [{ resource_id: 'x' }], tag_name: 'x'.repeat(129) }, 400],
    [{ tag_name: 'a:b' }, 400],
  ])('of the request %o is a 400', async (body, status) => {
    expect((await fixture.client.tagging('POST', '/v3/tags/attach', body)).status).toBe(status);
  });

  it('to name the provider is a 400', async () => {
    const reply = await fixture.client.tagging('GET', `/v3/tags?attached_to=${encodeURIComponent(crn)}`);
    expect(refusal(reply)).toEqual({ status: 400, code: 'validation_required_field' });
  });
});
