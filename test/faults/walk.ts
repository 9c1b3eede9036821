/** Walks an operator through a script, and proves what it came to against a clean run. */
import { isDeepStrictEqual } from 'node:util';

import { until } from '../lib/until.ts';
import type { Boundary, Call } from './boundary.ts';
import { differencesBetween, invariantProblems } from './judge.ts';
import { Lane, type LaneOptions } from './lane.ts';
import type { Rig } from './rig.ts';
import type { Strike } from './strike.ts';
import { begin, type Phase, reached, type Script } from './script.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';

/** Clean runs: the calls that every one of them makes, and what they hold at the end of each phase. */
export interface Recording {
  readonly script: Script;
  readonly calls: readonly Call[];
  /** How many calls only one of the runs made. */
  readonly chance: number;
  readonly snapshots: ReadonlyMap<Phase, Snapshot>;
}

/** Recorded once, for all scenarios that start from it. */
export async function record(rig: Rig, script: Script, options: LaneOptions = {}): Promise<Recording> {
  const key = JSON.stringify([rig.operatorRoot, script.name, options]);
  const recording = rig.recordings.get(key) ?? recordTwice(rig, script, options);
  rig.recordings.set(key, recording);
  return recording;
}

/** Two runs, so that a call that chance brought about, such as one more look on a slow machine, is no boundary. */
async function recordTwice(rig: Rig, script: Script, options: LaneOptions): Promise<Recording> {
  const [one, other] = await Promise.all([
    recordOnce(rig, script, options),
    recordOnce(rig, script, options),
  ]);
  for (const [phase, snapshot] of one.snapshots) {
    const differs = differencesBetween(snapshot, other.snapshots.get(phase));
    if (differs.length > 0) {
      throw new Error(`two clean runs of ${script.name} differ after ${phase.name}: ${differs.join('; ')}`);
    }
  }
  const calls = one.calls.filter((call) => other.calls.some((made) => isDeepStrictEqual(made, call)));
  return { ...one, calls, chance: one.calls.length + other.calls.length - 2 * calls.length };
}

async function recordOnce(rig: Rig, script: Script, options: LaneOptions): Promise<Recording> {
  return inLane(rig, { ...script.lane, ...options }, async (lane) => {
    const snapshots = new Map<Phase, Snapshot>();
    for (const phase of script.phases) {
      await walk(lane, phase, script);
      const problems = [...invariantProblems(lane, phase), ...lane.traffic.ledger.problems()];
      if (problems.length > 0) {
        throw new Error(`a clean run of ${script.name} came to a wrong end: ${problems.join('; ')}`);
      }
      snapshots.set(phase, snapshotOf(lane));
    }
    return { script, calls: lane.traffic.counter.calls, chance: 0, snapshots };
  });
}

/** Does something in a lane of its own; a failure tells what the operators said last. */
export async function inLane<T>(
  rig: Rig,
  options: LaneOptions,
  work: (lane: Lane) => Promise<T>,
): Promise<T> {
  await using lane = await Lane.open(rig, options);
  try {
    return await work(lane);
  } catch (error) {
    const words = await lane.lastWords();
    throw new Error([(error as Error).message, ...words].join('\n'), { cause: error });
  }
}

/** One undisturbed phase, to the end of its last call: none of its calls falls into the next one. */
export async function walk(lane: Lane, phase: Phase, script: Script): Promise<void> {
  const before = lane.traffic.count(phase.lastCall ?? '');
  await begin(lane, phase, script.recorded.has(phase));
  await over(lane, phase, before);
  lane.traffic.counter.phase = undefined;
}

/** The phases before the boundary's; returns its own. */
export async function walkTo(lane: Lane, { phase: name }: Boundary, script: Script): Promise<Phase> {
  for (const phase of script.phases) {
    if (phase.name === name) {
      return phase;
    }
    await walk(lane, phase, script);
  }
  throw new Error(`${script.name} has no phase ${name}`);
}

/** One phase with a strike in it. Returns when it has happened, or the phase is over without it. */
export async function walkInto(lane: Lane, phase: Phase, strike: Strike): Promise<void> {
  const before = lane.traffic.count(phase.lastCall ?? '');
  await begin(lane, phase, true);
  await over(lane, phase, before, strike);
  if (strike.hit) {
    await strike.done;
  }
}

/** Waits for the end of the phase and its last call, or for the strike. */
async function over(lane: Lane, phase: Phase, countedBefore: number, strike?: Strike): Promise<void> {
  const { name, lastCall } = phase;
  const isHit = (): boolean => strike?.hit === true;
  const isQuiet = (): boolean =>
    lane.traffic.isIdle && (lastCall === undefined || lane.traffic.count(lastCall) > countedBefore);
  await reached(lane, phase, isHit);
  await until(() => isHit() || isQuiet(), { what: `the last call of ${name} is answered` });
}

/** What is wrong at the end of a phase, and what no run may ever do; as sentences. */
export function problemsOf(lane: Lane, phase: Phase, { snapshots }: Recording): readonly string[] {
  return [
    ...invariantProblems(lane, phase),
    ...differencesBetween(snapshotOf(lane), snapshots.get(phase)).map(
      (difference) => `after ${phase.name} ${difference} in the clean run`,
    ),
    ...lane.traffic.ledger.problems(),
  ];
}

/** After a restart: the operator leads, has looked at what there is, and the phase has come to its end. */
export async function recovered(lane: Lane, phase: Phase): Promise<void> {
  await lane.untilLeading();
  const { number } = lane.newest;
  const hasLooked = (): boolean =>
    lane.rig.watch.present(lane.key) === undefined ||
    lane.traffic.answered.some(({ replica, name }) => replica === number && name === lookCall);
  await until(hasLooked, { what: 'the restarted operator has looked at the cloud' });
  await reached(lane, phase);
  await until(() => lane.traffic.isIdle, { what: 'no call is under way' });
}

const lookCall = 'GET endpoint_gateways';

/** The object is made if it was not yet, and goes, and with it everything that was made for it. */
export async function finish(lane: Lane, phase: Phase, recording: Recording): Promise<readonly string[]> {
  const [start, create, ...others] = recording.script.phases;
  const last = others.at(-1) ?? create;
  if (phase === last) {
    return [];
  }
  lane.traffic.hook = undefined;
  if (phase === start) {
    await begin(lane, create, false);
    await reached(lane, create);
  }
  await begin(lane, last, false);
  await reached(lane, last);
  return problemsOf(lane, last, recording);
}
