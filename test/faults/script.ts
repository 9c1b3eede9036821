/**
 * What a user does, phase by phase, and when a phase is over. The same for a clean run, which is recorded, and for
 * the runs in which something happens at one of its boundaries.
 */
import { until } from '../lib/until.ts';
import type { Lane, LaneOptions } from './lane.ts';

export interface Phase {
  /** Of its boundaries: no other phase that is recorded has it. */
  readonly name: string;
  /** The user's part, or a stranger's. */
  readonly begin: (lane: Lane) => Promise<void>;
  /** It begins while no operator has a call to the cloud under way, so that each of them sees the whole of it. */
  readonly holdsCloud?: true;
  /** What is not yet as the phase wants it, as a sentence. */
  readonly missing: (lane: Lane) => Promise<string | undefined>;
  /** The last call that it makes undisturbed, where nothing else waits for it. */
  readonly lastCall?: string;
  /** What there is when it is over. */
  readonly end: End;
}

export type End =
  /** There is no object, nor anything of an operator's. */
  | { readonly object: 'absent' }
  /** Somebody else's gateway, which was the object's for a while, is what the object made of it. */
  | { readonly object: 'absent'; readonly gateway: 'given back' }
  /** The object has one gateway, in this state. */
  | { readonly object: 'present'; readonly gateway: 'stable' | 'pending' };

/** A script is a list of phases, the last of which deletes the object; the first starts an operator. */
export interface Script {
  readonly name: string;
  readonly phases: readonly [start: Phase, create: Phase, ...others: readonly Phase[]];
  /** Calls in other phases are no boundaries of it. */
  readonly recorded: ReadonlySet<Phase>;
  readonly lane: LaneOptions;
}

/** Does the user's part of a phase. */
export async function begin(lane: Lane, phase: Phase, isRecorded: boolean): Promise<void> {
  const enter = (): void => {
    lane.traffic.counter.phase = isRecorded ? phase.name : undefined;
  };
  if (phase.holdsCloud === true) {
    await lane.traffic.whileCloudIsHeld(async () => {
      await phase.begin(lane);
      enter();
    });
    return;
  }
  enter();
  await phase.begin(lane);
}

/** Resolves when cluster and cloud are as the phase wants them, or at once when `isOver` says so. */
export async function reached(lane: Lane, phase: Phase, isOver: () => boolean = () => false): Promise<void> {
  const probe = async (): Promise<true> => {
    const what = isOver() ? undefined : await phase.missing(lane);
    if (what !== undefined) {
      throw new Error(what);
    }
    return true;
  };
  await until(probe, { what: `${lane.key} comes to the end of ${phase.name}`, deadlineMs: 60_000 });
}
