/** User tags and access management tags: attached, detached, left alone. */
import { describe, expect, it } from '@jest/globals';

import type { Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

async function accessTagsOf(crn: string): Promise<readonly string[]> {
  const { body } = await scene.client.tagging(
    'GET',
    `/v3/tags?attached_to=${crn}&providers=ghost&tag_type=access`,
  );
  return (body.items as { name: string }[]).map(({ name }) => name);
}

async function defineAccessTags(...names: readonly string[]): Promise<void> {
  const { status } = await scene.client.tagging('POST', '/v3/tags?tag_type=access', { tag_names: names });
  expect(status).toBe(200);
}

describe('tags', () => {
  it('come with the gateway in one call, change with the spec, and leave others’ alone', async () => {
    const key = scene.make({ tags: ['env:prod', 'team:a'] });
    await scene.settle(key);
    expect(scene.writes()).toEqual(['create_endpoint_gateway', 'attach_tag']);
    await scene.tag(scene.gateway.crn, 'billing:x');
    scene.edit(key, { tags: ['team:a', 'tier:1'] });
    await scene.settle(key);
    expect((await scene.tagsOf(scene.gateway.crn)).toSorted()).toEqual(
      ['billing:x', 'team:a', 'tier:1', scene.ownTag(key)].toSorted(),
    );
    expect(scene.read(key).status?.appliedTags).toEqual(['team:a', 'tier:1']);
  });

  it('are the same in another case', async () => {
    const key = scene.make({ tags: ['env:prod'] });
    await scene.settle(key);
    const from = scene.lastRequest;
    scene.edit(key, { tags: ['ENV:Prod'] });
    await scene.settle(key);
    expect(scene.writes(from)).toEqual([]);
  });

  it('that somebody detaches come back, once search shows it', async () => {
    const key = scene.make({ tags: ['env:prod'] });
    await scene.settle(key);
    await scene.client.tagging('POST', '/v3/tags/detach?tag_type=user', {
      resources: [{ resource_id: scene.gateway.crn }],
      tag_names: ['env:prod'],
    });
    scene.advance();
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn)).toContain('env:prod');
  });
});

describe('access tags', () => {
  it('are attached when they exist, and detached when the spec lets go of them', async () => {
    await defineAccessTags('team:net', 'team:db', 'other:x');
    const key = scene.make({ accessTags: ['team:net', 'team:db'] });
    await scene.settle(key);
    expect((await accessTagsOf(scene.gateway.crn)).toSorted()).toEqual(['team:db', 'team:net']);
    expect(scene.read(key).status?.accessTags).toEqual(['team:db', 'team:net']);
    scene.edit(key, { accessTags: ['team:db'] });
    await scene.settle(key);
    expect(await accessTagsOf(scene.gateway.crn)).toEqual(['team:db']);
  });

  it('that do not exist are named, and the rest of the gateway is made all the same', async () => {
    const key = scene.make({ accessTags: ['no:such'] });
    expect(await pass(scene, key)).toBe('waiting AccessTagNotFound');
    expect(scene.gateway.lifecycleState).toBe('pending');
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
    await defineAccessTags('no:such');
    scene.advance();
    await scene.settle(key);
    expect(await accessTagsOf(scene.gateway.crn)).toEqual(['no:such']);
  });
});
