/** Which successes over the private path count as proofs that it is there. Pure. */
import { isObserved } from '../../../controller/management.ts';
import { serviceOf } from '../instance.ts';
import type { PolicyResource } from '../observed.ts';
import type { Seen } from './seen.ts';
import { isClosing, isOfNow, rulesOf } from './wishes.ts';

/**
 * Proofs of another process, over another endpoint or for another spec say nothing about the way from here, and a path
 * that fails once begins anew. An answer like 429 or 5xx is neither a proof nor a failure of the path.
 */
export function nextProofs(resource: PolicyResource, seen: Seen): readonly number[] {
  const { status, metadata } = resource;
  const { private: answer, nowMs, identity, over, mayClose } = seen;
  const { successes, windowMs, spacingMs } = rulesOf(resource);
  const isNeeded = status?.change !== undefined || (mayClose && isToBeProven(resource));
  if (!isNeeded || (answer?.kind !== 'answered' && answer?.kind !== 'failed')) {
    return [];
  }
  const { proofs } = status ?? {};
  const isSame = proofs?.by === identity && proofs.over === over && proofs.generation === metadata.generation;
  const valid = (isSame ? proofs.times : [])
    .map((time) => Date.parse(time))
    .filter((at) => at <= nowMs && nowMs - at < windowMs);
  const times = answer.kind === 'answered' ? [...valid, nowMs] : valid;
  return spaced(times, spacingMs / 2).slice(-successes);
}

/** Those that bunch count once. */
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
    isOfNow(status?.takenBack, resource) ||
    (isOfNow(status?.applied, resource) && spec.driftPolicy !== 'Correct') ||
    isUninitialized(resource, serviceOf(resource));
  return isClosing(resource) && !isObserved(resource) && !staysOpen;
}

/** As far as anybody knows: no API tells. Key Protect needs no master key (fact sheet §3.6). */
export function isUninitialized({ spec }: PolicyResource, service: string | undefined): boolean {
  return service === 'hs-crypto' && !spec.initializationAsserted;
}
