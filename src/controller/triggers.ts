/**
 * Which changes of an object are worth a pass. Our own writes are not: neither a status nor the finalizer that we
 * add. A finalizer that goes may be ours, taken away by somebody, and is set again. Pure.
 */
import type { KubeObject } from '../kube/object.ts';
import { reconcileAtAnnotation } from './kind.ts';

export function isWorthAPass(previous: KubeObject | undefined, current: KubeObject | undefined): boolean {
  if (previous === undefined || current === undefined) {
    return true;
  }
  const before = previous.metadata;
  const now = current.metadata;
  return (
    before.uid !== now.uid ||
    before.generation !== now.generation ||
    before.deletionTimestamp !== now.deletionTimestamp ||
    before.annotations?.[reconcileAtAnnotation] !== now.annotations?.[reconcileAtAnnotation] ||
    (before.finalizers ?? []).some((finalizer) => now.finalizers?.includes(finalizer) !== true)
  );
}
