/** When a pass that waits is due again. Pure. */
import type { Pace } from '../../../controller/kind.ts';
import { rulesOf } from '../guard/wishes.ts';
import type { Observed, PolicyResource } from '../observed.ts';

interface Pause {
  readonly pace: Pace;
  readonly againInMs?: number;
  readonly atLeastMs?: number;
}

/** The next proof is due some time after the last one. */
export function nextProof(resource: PolicyResource, { guard, nowMs }: Observed): Pause {
  const { spacingMs } = rulesOf(resource);
  const againInMs = Math.max(0, (guard.proofs.at(-1) ?? nowMs) + spacingMs - nowMs);
  return { pace: 'changing', againInMs };
}

/**
 * While a closing is not confirmed: soon where the way answers or fails, since then a proof or a decision is due; with
 * growing pauses, or when it says so, where the service throttles, fails or denies.
 */
export function lookAgain(resource: PolicyResource, observed: Observed): Pause {
  const { verifyMs, spacingMs } = rulesOf(resource);
  const { private: inner } = observed;
  if (inner?.kind === 'denied' || inner?.kind === 'failed') {
    return afterTrouble(observed);
  }
  return observed.guard.change?.phase === 'Proving' && inner?.kind === 'answered'
    ? nextProof(resource, observed)
    : { pace: 'changing', againInMs: Math.min(spacingMs, verifyMs / 4) };
}

/** A service that throttles or fails may say when to come again. */
export function afterTrouble({ private: inner }: Observed): Pause {
  const error = inner !== undefined && 'error' in inner ? inner.error : undefined;
  return { pace: 'retry', ...(error?.retryAfterMs !== undefined && { atLeastMs: error.retryAfterMs }) };
}
