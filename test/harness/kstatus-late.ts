/**
 * "Current" said too late: the cloud holds what an object asks for, nothing is in anybody's way, and still the object
 * says otherwise. Judged on a recorded timeline of looks at the world; pure.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import { isOwnershipTag, ownershipTag } from '../../src/kinds/endpoint-gateway/ownership.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { keyOf } from '../../src/kube/object.ts';
import type { HeldState } from '../cloud/state-log.ts';
import { isAskedFor, kstatusOf } from './kstatus.ts';

/** Times are milliseconds of a clock that runs evenly, whatever tests do to the cloud's. */
export interface Look {
  readonly atMs: number;
  /** The watch that the objects come from is connected. */
  readonly watching: boolean;
  /** When an operator last renewed a Lease. A leader that is stopped, killed or cut off does not. */
  readonly renewedAtMs: number | undefined;
  /** When the cloud was last seen to refuse a call for a reason beyond the operator's control. */
  readonly refusedAtMs: number | undefined;
  /** How many fault rules are listed, the used-up ones included: what they struck may go on for long. */
  readonly faults: number;
  readonly suspects: readonly Suspect[];
}

/** An object that is not Current although the cloud holds what it asks for. */
export interface Suspect {
  /** The object, its generation and its gateway's state: when any of them is another, waiting begins anew. */
  readonly identity: string;
  readonly says: string;
}

/** Between looks that are further apart this process did not get to run, and the operator perhaps neither. */
const longestGapMs = 1_000;
/** How long a leader counts as one after a renewal (every 2 s), and a refusal as the cause of a pause. */
const recentlyMs = 5_000;

export function isDisturbed({ atMs, watching, renewedAtMs, refusedAtMs, faults }: Look): boolean {
  const isRecent = (timeMs: number | undefined): boolean =>
    timeMs !== undefined && atMs - timeMs <= recentlyMs;
  return !watching || !isRecent(renewedAtMs) || isRecent(refusedAtMs) || faults > 0;
}

/** One sentence for each object and generation that was a suspect for longer than `limitMs` of undisturbed time. */
export function tooLate(looks: readonly Look[], limitMs: number): readonly string[] {
  const found = new Map<string, string>();
  let waitedMs = new Map<string, number>();
  let beforeMs = 0;
  for (const look of looks) {
    const gapMs = Math.min(look.atMs - beforeMs, longestGapMs);
    beforeMs = look.atMs;
    const suspects = isDisturbed(look) ? [] : look.suspects;
    const before = waitedMs;
    waitedMs = new Map(
      suspects.map(({ identity }) => {
        const soFarMs = before.get(identity);
        return [identity, soFarMs === undefined ? 0 : soFarMs + gapMs];
      }),
    );
    for (const { identity, says } of suspects) {
      if ((waitedMs.get(identity) ?? 0) > limitMs) {
        found.set(identity, `${says} for more than ${limitMs} ms after the cloud held what it asks for`);
      }
    }
  }
  return [...found.values()];
}

export interface Sight {
  /** All that exist. */
  readonly objects: readonly GatewayResource[];
  /** The states of each gateway, in order. */
  readonly histories: readonly (readonly HeldState[])[];
  readonly tagsOf: (crn: string) => readonly string[];
  /** Of all operators: derived names and ownership depend on them. */
  readonly clusterIDs: readonly string[];
  /** By the cloud's clock. */
  readonly cloudNowMs: number;
  /** For so long a new gateway is missing from lists, so nobody who lost the create's answer can know it. */
  readonly listLagMs: number;
}

export function suspectsIn(sight: Sight): readonly Suspect[] {
  return sight.objects.flatMap((object) => {
    if (!isExpectedToFollow(object)) {
      return [];
    }
    const gateway = sight.histories.map((states) => heldFor(object, states, sight)).find(Boolean);
    if (gateway === undefined) {
      return [];
    }
    const { uid, generation } = object.metadata;
    const reason = findCondition(object.status?.conditions, 'Ready')?.reason ?? 'no condition';
    return {
      identity: [uid, generation, gateway.crn, gateway.atMs].join(' '),
      says: `${keyOf(object)} was ${kstatusOf(object)} (${reason}) in generation ${generation}`,
    };
  });
}

/** What an operator may say whatever the cloud holds, since its owner's configuration is in the way. */
const ownersReasons = new Set(['NotAllowed', 'AccountChanged']);

function isExpectedToFollow(object: GatewayResource): boolean {
  const kstatus = kstatusOf(object);
  const stalled = findCondition(object.status?.conditions, 'Stalled');
  return (
    kstatus !== 'Current' &&
    kstatus !== 'Terminating' &&
    !object.spec.suspend &&
    !(kstatus === 'Failed' && ownersReasons.has(stalled?.reason ?? ''))
  );
}

/** The gateway's present state if that is what the object asks for, and the gateway is the object's and nobody else's. */
function heldFor(
  object: GatewayResource,
  states: readonly HeldState[],
  { tagsOf, clusterIDs, cloudNowMs, listLagMs }: Sight,
): HeldState | undefined {
  const [first] = states;
  const state = states.at(-1);
  if (state === undefined || first === undefined || cloudNowMs < first.atMs + listLagMs) {
    return undefined;
  }
  const owners = tagsOf(state.crn).filter(isOwnershipTag);
  const isHeld = clusterIDs.every(
    (clusterID) =>
      isAskedFor(state, object, clusterID) &&
      owners.join().toLowerCase() === ownershipTag(object, clusterID).toLowerCase(),
  );
  return isHeld ? state : undefined;
}
