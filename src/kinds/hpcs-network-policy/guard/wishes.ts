/** What the spec and the annotations ask of the guard. Pure. */
import { isDeleting } from '../../../controller/finalizer.ts';
import { reconcileAtAnnotation } from '../../../controller/kind.ts';
import { durationMs } from '../../../lib/duration.ts';
import type { PolicyResource } from '../observed.ts';

export interface GuardRules {
  readonly successes: number;
  readonly windowMs: number;
  readonly verifyMs: number;
  /** Time between two proofs: spread over the window, with room left for passes that take long and for the closing. */
  readonly spacingMs: number;
}

export function rulesOf({ spec: { lockoutGuard } }: PolicyResource): GuardRules {
  const { successes, window, verifyTimeout } = lockoutGuard;
  const windowMs = durationMs(window, 60_000);
  const verifyMs = durationMs(verifyTimeout, 60_000);
  return { successes, windowMs, verifyMs, spacingMs: windowMs / (successes + 1) };
}

export function isClosing(resource: PolicyResource): boolean {
  return resource.spec.allowedNetwork === 'PrivateOnly' && !isDeleting(resource);
}

/** Whether the instance is to be open in the end, at the latest before the object goes. */
export function wantsOpen(resource: PolicyResource): boolean {
  const { allowedNetwork, deletionPolicy } = resource.spec;
  return isDeleting(resource) ? deletionPolicy === 'Open' : allowedNetwork === 'PublicAndPrivate';
}

/** The annotation that asks for another try. */
export function reconcileAtOf({ metadata }: Pick<PolicyResource, 'metadata'>): {
  readonly reconcileAt?: string;
} {
  const reconcileAt = metadata.annotations?.[reconcileAtAnnotation];
  return reconcileAt === undefined ? {} : { reconcileAt };
}

/** Whether a record of the status is about the spec as it is, and no other try was asked for since. */
export function isOfNow(
  record: { readonly generation: number; readonly reconcileAt?: string } | undefined,
  resource: PolicyResource,
): boolean {
  return (
    record !== undefined &&
    record.generation === resource.metadata.generation &&
    record.reconcileAt === reconcileAtOf(resource).reconcileAt
  );
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
