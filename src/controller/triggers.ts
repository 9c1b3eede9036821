/** Which changes of an object are worth a pass. Our own status writes are not. Pure. */
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
    !sameElements(before.finalizers, now.finalizers)
  );
}

function sameElements(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index]);
}
