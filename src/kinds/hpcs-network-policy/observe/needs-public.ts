/**
 * Whether the public endpoint is asked: as a step of the guard, after a change, or where no private way tells what an
 * instance that shall be open is (fact sheet §11.2). Pure.
 */
import { isClosed } from '../../../cloud/key-types.ts';
import { isEnforcementKnown } from '../enforcement.ts';
import type { Change } from '../guard/change.ts';
import { wantsOpen } from '../guard/wishes.ts';
import type { Answer, PolicyResource } from '../observed.ts';

/** `change`: what is left of it after the private endpoint was asked. */
export function needsPublic(
  resource: PolicyResource,
  inner: Answer | undefined,
  change: Change | undefined,
): boolean {
  if (change !== undefined) {
    const isAnyWay = change.phase === 'PuttingBack' || wantsOpen(resource);
    return isAnyWay ? fallsBack(inner) : change.phase === 'Lost';
  }
  return inner?.kind === 'answered'
    ? isClosed(inner.policy) && !isEnforcementKnown(resource, inner.policy)
    : wantsOpen(resource) && fallsBack(inner);
}

/** Who is denied on the private side is denied for a reason that the public side shares. */
function fallsBack(inner: Answer | undefined): boolean {
  return inner?.kind !== 'answered' && inner?.kind !== 'denied';
}
