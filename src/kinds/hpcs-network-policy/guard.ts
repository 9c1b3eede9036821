/**
 * The guard's memory: which proofs of the private path count, and what is known of a closing that was sent. Each pass
 * takes it from the status, adds what it has seen, and the status keeps it, so that it survives whatever happens to the
 * process (design §6). Pure.
 */
import { isClosed } from '../../cloud/key-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import { reconcileAtAnnotation } from '../../controller/kind.ts';
import { isObserved } from '../../controller/management.ts';
import { durationMs } from '../../lib/duration.ts';
import { serviceOf } from './instance.ts';
import type { Answer, PolicyResource } from './observed.ts';
import type { HpcsNetworkPolicyStatusChange, HpcsNetworkPolicyStatusPutBack } from './types.gen.ts';

export type Change = HpcsNetworkPolicyStatusChange;

export interface Guard {
  /** Successes that count, oldest first, in milliseconds by the local clock. */
  readonly proofs: readonly number[];
  /** A closing that is not confirmed yet. */
  readonly change: Change | undefined;
  /** Set by the pass that has seen a closing taken back. */
  readonly putBack: HpcsNetworkPolicyStatusPutBack | undefined;
}

/** What a pass has seen. */
export interface Seen {
  readonly private: Answer | undefined;
  readonly public: Answer | undefined;
  readonly nowMs: number;
  readonly cloudNowMs: number;
  readonly identity: string;
  /** The account's configuration allows it. */
  readonly mayClose: boolean;
  /** Deadline of one call: a write without an answer may take effect until then. */
  readonly timeoutMs: number;
}

/** A write whose answer gets lost is repeated once. */
export const mostWrites = 2;

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
  return {
    successes,
    windowMs,
    verifyMs: durationMs(verifyTimeout, 60_000),
    spacingMs: windowMs / (successes + 1),
  };
}

/** A closing that was sent takes effect and shows by now, or it did not happen. */
export function isLate(
  change: Change,
  resource: PolicyResource,
  { cloudNowMs, timeoutMs }: Pick<Seen, 'cloudNowMs' | 'timeoutMs'>,
): boolean {
  return cloudNowMs >= Date.parse(change.time) + Math.max(rulesOf(resource).verifyMs, timeoutMs);
}

/** Milliseconds until the next proof is due. */
export function nextProofInMs(
  resource: PolicyResource,
  { guard, nowMs }: { readonly guard: Guard; readonly nowMs: number },
): number {
  const { spacingMs } = rulesOf(resource);
  return Math.max(0, (guard.proofs.at(-1) ?? nowMs) + spacingMs - nowMs);
}

export function isClosing(resource: PolicyResource): boolean {
  return resource.spec.allowedNetwork === 'PrivateOnly' && !isDeleting(resource);
}

/** Whether the instance is to be open in the end, at the latest before the object goes. */
export function wantsOpen(resource: PolicyResource): boolean {
  const { allowedNetwork, deletionPolicy } = resource.spec;
  return isDeleting(resource) ? deletionPolicy === 'Open' : allowedNetwork === 'PublicAndPrivate';
}

export function nextGuard(resource: PolicyResource, seen: Seen): Guard {
  const before = resource.status?.change;
  const proofs = nextProofs(resource, seen);
  const [change, ending] = before === undefined ? [] : nextChange(before, resource, { ...seen, proofs });
  const putBack = ending === undefined ? undefined : putBackRecord(resource, seen, ending);
  const isClosedNow = seen.private?.kind === 'answered' && isClosed(seen.private.policy);
  const isDone = change === undefined && (isClosedNow || putBack !== undefined);
  return { proofs: isDone ? [] : proofs, change, putBack };
}

/**
 * Proofs of another process say nothing about the way from here, and a path that fails once begins anew. An answer like
 * 429 or 5xx is neither a proof nor a failure of the path.
 */
function nextProofs(
  resource: PolicyResource,
  { private: answer, nowMs, identity, mayClose }: Seen,
): readonly number[] {
  const { status } = resource;
  const { successes, windowMs, spacingMs } = rulesOf(resource);
  const isNeeded = status?.change !== undefined || (mayClose && isToBeProven(resource));
  if (!isNeeded || (answer?.kind !== 'answered' && answer?.kind !== 'failed')) {
    return [];
  }
  const told = status?.proofs?.by === identity ? status.proofs.times : [];
  const valid = told.map((time) => Date.parse(time)).filter((at) => at <= nowMs && nowMs - at < windowMs);
  const seen = answer.kind === 'answered' ? [...valid, nowMs] : valid;
  return spaced(seen, spacingMs / 2).slice(-successes);
}

/** Those that bunch count once, also where a change of the spec has drawn the window wider since. */
function spaced(times: readonly number[], apartMs: number): readonly number[] {
  return times.reduce<readonly number[]>((kept, at) => {
    const last = kept.at(-1);
    return last === undefined || at - last >= apartMs ? [...kept, at] : kept;
  }, []);
}

/** Proofs of a path on which nothing will be sent are not worth a status each. */
function isToBeProven(resource: PolicyResource): boolean {
  const { spec, status } = resource;
  const staysOpen =
    isOfNow(status?.putBack, resource) ||
    (isOfNow(status?.applied, resource) && spec.driftPolicy !== 'Correct') ||
    isUninitialized(resource, serviceOf(resource));
  return isClosing(resource) && !isObserved(resource) && !staysOpen;
}

/** As far as anybody knows: no API tells. Key Protect needs no master key (fact sheet §3.6). */
export function isUninitialized({ spec }: PolicyResource, service: string | undefined): boolean {
  return service === 'hs-crypto' && !spec.initializationAsserted;
}

type Proven = Seen & { readonly proofs: readonly number[] };
/** What is left of the change, and why it ended without the instance being closed. */
type Next = readonly [change: Change | undefined, ending?: string];

function nextChange(change: Change, resource: PolicyResource, seen: Proven): Next {
  const { private: inner, public: outer } = seen;
  const working = inner?.kind === 'answered' ? inner : outer?.kind === 'answered' ? outer : undefined;
  if (change.putBackAt !== undefined) {
    return working !== undefined && !isClosed(working.policy) ? [undefined, tookBack] : [change];
  }
  if (wantsOpen(resource)) {
    return working !== undefined && (isClosed(working.policy) || isLate(change, resource, seen))
      ? [undefined]
      : [change];
  }
  if (inner?.kind === 'answered') {
    return isClosed(inner.policy) ? afterClosed(change, resource, seen) : afterOpen(change, resource, seen);
  }
  return inner?.kind === 'noWay' ? afterNoWay(change, resource, seen) : [change];
}

const tookBack = 'the private path did not come back in time, and what was there before was put back';
const neverTook = 'the private path was lost, and the instance is open: nothing had to be put back';

/** Once the path was lost, one answer is not enough to trust it again. */
function afterClosed(change: Change, resource: PolicyResource, { proofs, cloudNowMs }: Proven): Next {
  const { successes, verifyMs } = rulesOf(resource);
  if (change.lostAt === undefined || proofs.length >= successes) {
    return [undefined];
  }
  return [{ ...change, provenBy: change.provenBy ?? toTime(cloudNowMs + verifyMs) }];
}

/** It was not carried out, or is not seen yet. */
function afterOpen(change: Change, resource: PolicyResource, seen: Proven): Next {
  const isSpent = change.writes >= mostWrites || !isClosing(resource);
  const isOver = isSpent && isLate(change, resource, seen);
  const { lostAt: _, provenBy: __, failedAgain: ___, ...back } = change;
  return isOver ? [undefined] : [back];
}

function afterNoWay(change: Change, resource: PolicyResource, seen: Proven): Next {
  const { cloudNowMs, public: outer } = seen;
  if (change.provenBy !== undefined) {
    return [{ ...change, failedAgain: true }];
  }
  if (!isLate(change, resource, seen)) {
    return [change];
  }
  if (outer?.kind === 'answered' && !isClosed(outer.policy)) {
    return [undefined, neverTook];
  }
  return [{ ...change, lostAt: change.lostAt ?? toTime(cloudNowMs) }];
}

function putBackRecord(
  { metadata }: PolicyResource,
  { cloudNowMs }: Seen,
  message: string,
): HpcsNetworkPolicyStatusPutBack {
  const { generation = 0 } = metadata;
  return { generation, ...reconcileAtOf({ metadata }), time: toTime(cloudNowMs), message };
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
