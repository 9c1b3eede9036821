/**
 * What becomes of a closing that was, or may have been, sent. Only reads over the private path confirm it; only a path
 * that fails has it put back, and that ends with the answer to the write that does it, since a read may lag. Pure.
 *
 *   Sent ── closed is read ──────────────────────────────► confirmed
 *     │ └── open is read, late ──────────────────────────► did not happen, or was opened since
 *     └──── no way, late ──► Lost ── an answer ──► Proving ── N proofs ──► as from Sent
 *                             │                      └── failed again, and its time is over ──► PuttingBack
 *                             └── the public endpoint takes calls ─────────────────────────────► PuttingBack
 */
import { isClosed, type NetworkPolicy } from '../../../cloud/key-types.ts';
import type { PolicyResource } from '../observed.ts';
import type { HpcsNetworkPolicyStatusChange } from '../types.gen.ts';
import type { Seen } from './seen.ts';
import { isOfNow, rulesOf, toTime, wantsOpen } from './wishes.ts';

export type Change = HpcsNetworkPolicyStatusChange;

/** A closing is not sent later than this after it was decided on. */
export const sendWithinMs = 10_000;

/** A closing that was sent has taken effect and shows by now, or it did not happen. */
export function isLate(
  change: Change,
  resource: PolicyResource,
  { cloudNowMs, timeoutMs }: Pick<Seen, 'cloudNowMs' | 'timeoutMs'>,
): boolean {
  const waitMs = Math.max(rulesOf(resource).verifyMs, sendWithinMs + timeoutMs);
  return cloudNowMs >= Date.parse(change.time) + waitMs;
}

export interface Next {
  readonly change: Change | undefined;
  /** Why there is none any more; absent where the instance is closed as it should be. */
  readonly end?: 'did not happen' | 'opened outside';
}

type Proven = Seen & { readonly proofs: readonly number[] };

export function afterChange(resource: PolicyResource, seen: Proven): Next {
  const change = resource.status?.change;
  if (change === undefined || change.phase === 'PuttingBack') {
    return { change };
  }
  if (wantsOpen(resource)) {
    return afterWishToOpen(change, resource, seen);
  }
  const { private: inner } = seen;
  switch (inner?.kind) {
    case 'answered':
      return change.phase === 'Sent'
        ? afterRead(change, inner.policy, resource, seen)
        : whileProving(change, inner.policy, resource, seen);
    case 'noWay':
      return { change: withoutWay(change, resource, seen) };
    default:
      return { change };
  }
}

/** It ends with an instance that is open, once nothing can close it any more. */
function afterWishToOpen(change: Change, resource: PolicyResource, seen: Proven): Next {
  const answer = [seen.private, seen.public].find((one) => one?.kind === 'answered');
  const isOpen = answer?.kind === 'answered' && !isClosed(answer.policy);
  return { change: isOpen && isLate(change, resource, seen) ? undefined : change };
}

function afterRead(
  change: Change,
  policy: NetworkPolicy | undefined,
  resource: PolicyResource,
  seen: Proven,
): Next {
  if (isClosed(policy)) {
    return { change: undefined };
  }
  if (!isLate(change, resource, seen)) {
    return { change };
  }
  // For another wish we may have opened it ourselves.
  const isOutside = isOfNow(change, resource) && isSetSince(change, policy);
  return { change: undefined, end: isOutside ? 'opened outside' : 'did not happen' };
}

/** Times of policies are whole seconds. */
function isSetSince({ time }: Change, policy: NetworkPolicy | undefined): boolean {
  return Date.parse(policy?.lastUpdated ?? '') >= Math.floor(Date.parse(time) / 1000) * 1000;
}

/** One answer is not enough to trust a path again that was lost. */
function whileProving(
  change: Change,
  policy: NetworkPolicy | undefined,
  resource: PolicyResource,
  seen: Proven,
): Next {
  const { successes, verifyMs, windowMs } = rulesOf(resource);
  if (seen.proofs.length >= successes) {
    return afterRead(change, policy, resource, seen);
  }
  const { provenBy = toTime(seen.cloudNowMs + Math.max(verifyMs, windowMs)) } = change;
  const isOver = change.failed === true && seen.cloudNowMs >= Date.parse(provenBy);
  return { change: { ...change, phase: isOver ? 'PuttingBack' : 'Proving', provenBy } };
}

function withoutWay(change: Change, resource: PolicyResource, seen: Proven): Change {
  if (change.phase === 'Proving') {
    return { ...change, failed: true };
  }
  if (!isLate(change, resource, seen)) {
    return change;
  }
  return { ...change, phase: seen.public?.kind === 'answered' ? 'PuttingBack' : 'Lost' };
}
