/** "Current" said too early: at a generation for which the cloud has never held what it asks for. */
import { type Key, keyOf } from '../../src/kube/object.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import type { StateLog } from '../cloud/state-log.ts';
import { isAskedFor, kstatusOf } from './kstatus.ts';

interface Seen {
  readonly uid: string;
  readonly generation: number | undefined;
  readonly arrivedAtMs: number;
  readonly sinceMs: number;
}

/**
 * Since when the generation that each object shows can have existed, by the cloud's clock: since the arrival of the
 * last version before it. The generation's own first arrival would be too late by the delay of the watch, within
 * which the operator may have met it already. The version before has that delay, too, but harmlessly: while this
 * process does not get to read its watch, the cloud in the same process does not get to change a gateway, and while
 * the watch is interrupted, what arrived last is from before. An object's first version can follow anything.
 *
 * Hazard: a cloud clock that is set back makes states look older than they are.
 */
export class Generations {
  readonly #seen = new Map<Key, Seen>();

  /** To be called once for each version, in order of arrival. */
  sinceMs(object: GatewayResource, nowMs: number): number {
    const { uid, generation } = object.metadata;
    const before = this.#seen.get(keyOf(object));
    const isNew = before?.uid !== uid || before.generation !== generation;
    const sinceMs = isNew ? (before?.arrivedAtMs ?? 0) : before.sinceMs;
    this.#seen.set(keyOf(object), { uid, generation, arrivedAtMs: nowMs, sinceMs });
    return sinceMs;
  }
}

/** What is wrong with a version that has just arrived, as a sentence; `undefined` when it may say what it says. */
export function tooEarly(
  object: GatewayResource,
  {
    stateLog,
    sinceMs,
    clusterIDs,
  }: {
    /** As it is at the arrival: later states are no excuse. */
    readonly stateLog: Pick<StateLog, 'firstHeld'>;
    readonly sinceMs: number;
    /** Of all operators that may have written it: derived names depend on them. */
    readonly clusterIDs: readonly string[];
  },
): string | undefined {
  const { metadata, status } = object;
  if (kstatusOf(object) !== 'Current') {
    return undefined;
  }
  const heldAtMs = stateLog.firstHeld(
    status?.id ?? '',
    (state) => clusterIDs.some((clusterID) => isAskedFor(state, object, clusterID)),
    // A state that ended in that very millisecond may still have been seen in it.
    sinceMs - 1,
  );
  return heldAtMs === undefined
    ? `${keyOf(object)} was Current in generation ${metadata.generation} before the cloud held what it asks for`
    : undefined;
}
