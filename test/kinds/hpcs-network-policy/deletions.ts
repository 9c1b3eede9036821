/** What tests of deletions begin with. */
import { expect } from '@jest/globals';

import type { Changes, PolicyScene } from './scene.ts';

export const retain = { deletionPolicy: 'Retain' } as const;
export const open = { deletionPolicy: 'Open' } as const;
/** The end of a message. */
export const wayOut = /; or deletionPolicy Retain lets this object go and leaves what it has in the cloud$/;

/** An object that has closed its instance, and is deleted then. */
export async function deleted(scene: PolicyScene, changes: Changes): Promise<string> {
  const key = scene.make(changes);
  await scene.settle(key);
  expect(scene.isClosed).toBe(true);
  scene.kube.delete(key);
  return key;
}

/** One whose closing was sent, and whose path was lost then; `back` gives it back. */
export async function deletedInBetween(
  scene: PolicyScene,
  changes: Changes,
): Promise<{ readonly key: string; readonly back: () => void }> {
  const key = scene.make(changes);
  await scene.passUntil(key, () => scene.isClosed);
  const { dnsFaults } = scene.cloud.control.network;
  const fault = dnsFaults.add({ kind: 'nxdomain', name: scene.host });
  scene.kube.delete(key);
  return { key, back: () => dnsFaults.clear(fault) };
}
