/**
 * The guard's memory: which proofs of the private path count, and what is known of a closing that was sent. Each pass
 * takes it from the status, adds what it has seen, and the status keeps it, so that it survives whatever happens to the
 * process (design §6). Pure.
 */
import { isClosed } from '../../cloud/key-types.ts';
import { afterChange, type Change } from './guard/change.ts';
import { nextProofs } from './guard/proofs.ts';
import type { Seen } from './guard/seen.ts';
import { isOfNow, reconcileAtOf } from './guard/wishes.ts';
import type { PolicyResource } from './observed.ts';
import type {
  HpcsNetworkPolicyStatusApplied,
  HpcsNetworkPolicyStatusFruitless,
  HpcsNetworkPolicyStatusTakenBack,
} from './types.gen.ts';

export interface Guard {
  /** Successes that count, oldest first, in milliseconds by the local clock. */
  readonly proofs: readonly number[];
  /** A closing that is not confirmed yet. */
  readonly change: Change | undefined;
  /** A closing for the spec as it is was taken back. */
  readonly takenBack: HpcsNetworkPolicyStatusTakenBack | undefined;
  /** Closings for the spec as it is were sent and did not happen. */
  readonly fruitless: HpcsNetworkPolicyStatusFruitless | undefined;
  /** The cloud matched the spec as it is, at some time. */
  readonly applied: HpcsNetworkPolicyStatusApplied | undefined;
}

export function nextGuard(resource: PolicyResource, seen: Seen): Guard {
  const { status, metadata } = resource;
  const proofs = nextProofs(resource, seen);
  const { change, end } = afterChange(resource, { ...seen, proofs });
  const now = { generation: metadata.generation ?? 0, ...reconcileAtOf(resource) };
  const fruitless = ofNow(status?.fruitless, resource);
  const sent = status?.change;
  const isClosedNow = seen.private?.kind === 'answered' && isClosed(seen.private.policy);
  return {
    proofs: change === undefined && isClosedNow ? [] : proofs,
    change,
    takenBack: ofNow(status?.takenBack, resource),
    fruitless:
      end === 'did not happen' && sent !== undefined && isOfNow(sent, resource)
        ? { ...now, count: (fruitless?.count ?? 0) + 1, time: sent.time }
        : isClosedNow
          ? undefined
          : fruitless,
    applied: end === 'opened outside' ? now : ofNow(status?.applied, resource),
  };
}

function ofNow<T extends Parameters<typeof isOfNow>[0]>(record: T, resource: PolicyResource): T | undefined {
  return isOfNow(record, resource) ? record : undefined;
}
