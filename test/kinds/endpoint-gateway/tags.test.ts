/** User tags and access management tags: attached, detached, left alone. */
import { describe, expect, it } from '@jest/globals';

import { keyProtect, type Scene } from './scene.ts';
import { dropAfterCommit, fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

async function defineAccessTags(...names: readonly string[]): Promise<void> {
  const { status } = await scene.client.tagging('POST', '/v3/tags?tag_type=access', { tag_names: names });
  expect(status).toBe(200);
}

/** As many as a spec may give. */
function fifty(letter: string): readonly string[] {
  return Array.from({ length: 50 }, (_, index) => `${letter}${index}`);
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

  it('that somebody else had attached stay when the spec lets go of them', async () => {
    const key = scene.make();
    await scene.settle(key);
    await scene.tag(scene.gateway.crn, 'env:prod');
    scene.edit(key, { tags: ['ENV:prod', 'team:a'] });
    await scene.settle(key);
    expect(scene.read(key).status?.appliedTags).toEqual(['team:a']);
    scene.edit(key, { tags: [] });
    await scene.settle(key);
    expect((await scene.tagsOf(scene.gateway.crn)).toSorted()).toEqual(['env:prod', scene.ownTag(key)]);
    expect(scene.read(key).status).not.toHaveProperty('appliedTags');
  });

  it('that came with another gateway are not those of the next', async () => {
    const key = scene.make({ adoptionPolicy: 'IfExists', tags: ['env:prod'] });
    await scene.settle(key);
    await scene.client.vpc('DELETE', `/endpoint_gateways/${scene.gateway.id}`);
    scene.advance();
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(theirs.crn, 'env:prod');
    scene.edit(key, { tags: [] });
    await scene.settle(key);
    expect(scene.read(key).status?.id).toBe(theirs.id);
    expect(await scene.tagsOf(theirs.crn)).toContain('env:prod');
  });

  it('that were attached although no answer came go when the spec lets go of them', async () => {
    await defineAccessTags('team:net');
    const key = scene.make({ tags: ['with:create'] });
    fault(scene, 'attach_tag', dropAfterCommit);
    expect(await pass(scene, key)).toBe('failed unavailable');
    await scene.settle(key);
    scene.edit(key, { tags: ['with:create', 'later:x'], accessTags: ['team:net'] });
    for (const _ of ['user', 'access']) {
      fault(scene, 'attach_tag', dropAfterCommit);
      expect(await pass(scene, key)).toBe('failed unavailable');
    }
    await scene.settle(key);
    scene.edit(key, { tags: [], accessTags: [] });
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
    expect(await scene.tagsOf(scene.gateway.crn, 'access')).toEqual([]);
  });

  it('are not attached while others cannot be detached', async () => {
    const key = scene.make({ tags: fifty('a') });
    await scene.settle(key);
    scene.cloud.control.faults.add({ operation: 'detach_tag', status: 403, when: 'before' });
    for (const letter of ['b', 'c']) {
      scene.edit(key, { tags: fifty(letter) });
      expect(await pass(scene, key)).toBe('failed denied');
    }
    const carried = async (): Promise<ReadonlySet<string>> => new Set(await scene.tagsOf(scene.gateway.crn));
    expect(await carried()).toEqual(new Set([...fifty('a'), scene.ownTag(key)]));
    expect(scene.read(key).status?.appliedTags).toHaveLength(50);
    scene.cloud.control.faults.clear();
    await scene.settle(key);
    expect(await carried()).toEqual(new Set([...fifty('c'), scene.ownTag(key)]));
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
    expect((await scene.tagsOf(scene.gateway.crn, 'access')).toSorted()).toEqual(['team:db', 'team:net']);
    expect(scene.read(key).status?.accessTags).toEqual(['team:db', 'team:net']);
    scene.edit(key, { accessTags: ['team:db'] });
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn, 'access')).toEqual(['team:db']);
  });

  it('that do not exist are named, and the rest of the gateway is made all the same', async () => {
    const key = scene.make({ accessTags: ['no:such'] });
    expect(await pass(scene, key)).toBe('waiting AccessTagNotFound');
    expect(scene.gateway.lifecycleState).toBe('pending');
    expect(await scene.tagsOf(scene.gateway.crn)).toEqual([scene.ownTag(key)]);
    await defineAccessTags('no:such');
    scene.advance();
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn, 'access')).toEqual(['no:such']);
  });

  it('that do not exist hold up no other change', async () => {
    const key = scene.make({ dnsResolutionBindingMode: 'Primary' });
    await scene.settle(key);
    scene.edit(key, { accessTags: ['no:such'], tags: ['env:prod'], dnsResolutionBindingMode: 'Disabled' });
    expect(await pass(scene, key)).toBe('waiting Progressing');
    scene.advance();
    expect(await pass(scene, key)).toBe('waiting AccessTagNotFound');
    expect(scene.gateway.dnsResolutionBindingMode).toBe('disabled');
    expect(await scene.tagsOf(scene.gateway.crn)).toContain('env:prod');
  });

  it('that somebody else had attached stay when the spec lets go of them', async () => {
    await defineAccessTags('tier:restricted');
    const key = scene.make();
    await scene.settle(key);
    await scene.tag(scene.gateway.crn, 'tier:restricted', 'access');
    scene.edit(key, { accessTags: ['tier:restricted'] });
    await scene.settle(key);
    scene.edit(key, { accessTags: [] });
    await scene.settle(key);
    expect(await scene.tagsOf(scene.gateway.crn, 'access')).toEqual(['tier:restricted']);
    await scene.client.tagging('POST', '/v3/tags/detach?tag_type=access', {
      resources: [{ resource_id: scene.gateway.crn }],
      tag_names: ['tier:restricted'],
    });
    scene.advance();
    expect(await scene.checkDrift(key)).toBe(true);
    await scene.settle(key);
    expect(await scene.checkDrift(key)).toBe(false);
  });
});
