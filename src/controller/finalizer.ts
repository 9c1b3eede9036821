/**
 * The finalizer's 2×2 (has it × is deleting). It is set before the first cloud write, so that a deletion can never
 * overtake a resource, and it goes only when the kind's deletion plan has settled. Edits are guarded: a lost race is
 * a conflict, never an overwritten list.
 */
import type { KubeClient } from '../kube/client.ts';
import type { KubeObject, ResourceType } from '../kube/object.ts';

export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Returns the object as it is with the finalizer; the pass goes on with that. */
export async function addFinalizer<T extends KubeObject>(
  client: Pick<KubeClient, 'patchFinalizers'>,
  type: ResourceType,
  object: T,
  finalizer: string,
  signal: AbortSignal,
): Promise<T> {
  const next = [...(object.metadata.finalizers ?? []), finalizer];
  return client.patchFinalizers(type, object, next, signal);
}

export async function removeFinalizer<T extends KubeObject>(
  client: Pick<KubeClient, 'patchFinalizers'>,
  type: ResourceType,
  object: T,
  finalizer: string,
  signal: AbortSignal,
): Promise<T> {
  const next = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  return client.patchFinalizers(type, object, next, signal);
}
