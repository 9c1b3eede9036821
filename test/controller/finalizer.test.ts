import { describe, expect, it } from '@jest/globals';

import { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from '../../src/controller/finalizer.ts';
import type { Resource } from '../../src/controller/kind.ts';
import { keyOf } from '../../src/kube/object.ts';
import { MemoryKube } from './memory-kube.ts';
import { now, resource } from './samples.ts';

const ours = 'vpe-operator.io/thing';
const type = { group: 'test.vpe-operator.io', version: 'v1', plural: 'things', kind: 'Thing' };
const signal = new AbortController().signal;

it('tells who has it and who is being deleted', () => {
  expect(hasFinalizer(resource(), ours)).toBe(false);
  expect(hasFinalizer(resource({ metadata: { finalizers: ['other'] } }), ours)).toBe(false);
  expect(hasFinalizer(resource({ metadata: { finalizers: ['other', ours] } }), ours)).toBe(true);
  expect(isDeleting(resource())).toBe(false);
  expect(isDeleting(resource({ metadata: { deletionTimestamp: now } }))).toBe(true);
});

describe('edits', () => {
  const kube = new MemoryKube<Resource>();

  it('add ours to the others, and take it and nothing else away', async () => {
    const made = kube.make(resource({ metadata: { name: 'a', finalizers: ['other'] } }));
    const added = await addFinalizer(kube, type, made, ours, signal);
    expect(added.metadata.finalizers).toEqual(['other', ours]);
    const removed = await removeFinalizer(kube, type, added, ours, signal);
    expect(removed.metadata.finalizers).toEqual(['other']);
  });

  it('are refused when somebody else edited the list meanwhile', async () => {
    const made = kube.make(resource({ metadata: { name: 'b' } }));
    await addFinalizer(kube, type, made, 'theirs', signal);
    await expect(addFinalizer(kube, type, made, ours, signal)).rejects.toMatchObject({
      reason: 'conflict',
    });
    expect(kube.read(keyOf(made))?.metadata.finalizers).toEqual(['theirs']);
  });

  it('hit only the object that was decided on, not one made anew under its name', async () => {
    const made = kube.make(resource({ metadata: { name: 'c', finalizers: [ours] } }));
    kube.make(resource({ metadata: { name: 'c', uid: 'uid-2', finalizers: [ours] } }));
    await expect(removeFinalizer(kube, type, made, ours, signal)).rejects.toMatchObject({
      reason: 'conflict',
    });
  });
});
