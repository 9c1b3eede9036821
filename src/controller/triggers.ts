/**
 * Which changes of an object are worth a pass. Our own writes are not: neither a status nor the finalizer that we
 * add. A finalizer that goes may be ours, taken away by somebody, and is set again; a status whose generation falls
 * back was wiped, since ours never does. Pure.
 */
import type { KubeObject } from '../kube/object.ts';
import { type CommonStatus, reconcileAtAnnotation } from './kind.ts';

/** `annotations`: those of the kind. */
export function isWorthAPass(
  previous: KubeObject | undefined,
  current: KubeObject | undefined,
  annotations: readonly string[],
): boolean {
  if (previous === undefined || current === undefined) {
    return true;
  }
  const before = previous.metadata;
  const now = current.metadata;
  return (
    before.uid !== now.uid ||
    before.generation !== now.generation ||
    before.deletionTimestamp !== now.deletionTimestamp ||
    [reconcileAtAnnotation, ...annotations].some(
      (name) => before.annotations?.[name] !== now.annotations?.[name],
    ) ||
    generationOf(previous) > generationOf(current) ||
    (before.finalizers ?? []).some((finalizer) => now.finalizers?.includes(finalizer) !== true)
  );
}

function generationOf({ status }: KubeObject): number {
  return (status as CommonStatus | undefined)?.observedGeneration ?? -1;
}
