/**
 * Two replicas. The leader ends, dies, or is stopped beyond its Lease and goes on afterwards, with a request of its
 * own still on the way: the other one takes over, and what arrives late is refused or does no harm (design §4.8).
 */
import { type Boundary, boundariesOf, boundaryName } from '../boundary.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { drop } from '../interference.ts';
import type { Lane, LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { begin, type Phase, reached } from '../script.ts';
import { lifecycle } from '../scripts/lifecycle.ts';
import { start } from '../scripts/phases.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, type Recording, walk } from '../walk.ts';
import { until } from '../../lib/until.ts';
import { gapOf, releaseProblems, Resumed, successionProblems } from './hand-over.ts';

/** Short, but long enough for a machine on which all lanes stall at once. */
const shortLease: LaneOptions = {
  leaderElection: { leaseDuration: '6s', renewDeadline: '4s', retryPeriod: '500ms' },
};

/** Calls of the leader at which it is stopped: every write of a creation, and one of each kind elsewhere. */
const stops: readonly RegExp[] = [
  /^create: kube (apply|patch|get) endpointgateways.* #1 /,
  /^create: cloud POST (endpoint_gateways|tags\/attach) #1 /,
  /^create: kube apply endpointgateways\/status #4 /,
  /^change: (cloud PATCH endpoint_gateways\/:id|kube apply endpointgateways\/status) #1 /,
  /^delete: (cloud DELETE endpoint_gateways\/:id|kube patch endpointgateways|kube apply endpointgateways\/status) #1 /,
];

const ends: readonly RegExp[] = [
  /^create: cloud POST endpoint_gateways #1 /,
  /^delete: cloud DELETE endpoint_gateways\/:id #1 /,
];

/** When a request of the stopped leader arrives: while its successor looks for what it did, or after all is done. */
const arrivals = ['soon', 'late'] as const;
type Arrival = (typeof arrivals)[number];

/** The short selection: each way to end, and the late arrivals that something must refuse. */
const chosen = [
  'SIGTERM, create: cloud POST endpoint_gateways #1 before',
  'SIGKILL, create: cloud POST endpoint_gateways #1 after',
  'SIGSTOP, arrives late, create: cloud POST endpoint_gateways #1 before',
  'SIGSTOP, arrives late, create: kube apply endpointgateways/status [intent] #1 before',
  'SIGSTOP, arrives late, create: kube apply endpointgateways/status #1 before',
  'SIGSTOP, arrives soon, create: cloud POST endpoint_gateways #1 after',
];

export const replicas: Scenario = {
  name: 'replicas',
  about: 'the leader of two gets SIGTERM, SIGKILL, or SIGSTOP beyond its Lease and then SIGCONT',
  async plan(rig, { short }) {
    const recording = await record(rig, lifecycle);
    const all = boundariesOf(recording.calls);
    const matching = (patterns: readonly RegExp[]): readonly Boundary[] =>
      all.filter((boundary) => patterns.some((pattern) => pattern.test(boundaryName(boundary))));
    const cases = [
      ...matching(ends).flatMap((boundary) =>
        (['SIGTERM', 'SIGKILL'] as const).map((signal) =>
          caseOf(`${signal}, ${boundaryName(boundary)}`, async (rig_) =>
            runEnd(rig_, { signal, boundary, recording }),
          ),
        ),
      ),
      ...matching(stops).flatMap((boundary) =>
        arrivals.map((arrival) => stopCase({ arrival, boundary, recording })),
      ),
    ];
    return {
      cases: short ? chosen.map((name) => caseNamed(name, cases)) : cases,
      from: `${cases.length} cases`,
    };
  },
};

function caseOf(name: string, run: FaultCase['run']): FaultCase {
  return { scenario: 'replicas', name, run };
}

function caseNamed(name: string, cases: readonly FaultCase[]): FaultCase {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`there is no case "${name}"`);
  }
  return found;
}

interface End {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly boundary: Boundary;
  readonly recording: Recording;
}

async function runEnd(rig: Rig, { signal, boundary, recording }: End): Promise<Verdict> {
  return inLane(rig, shortLease, async (lane) => {
    const phase = await startTwo(lane, boundary);
    const [leader] = lane.replicas;
    const strike = new Strike(lane, boundary, async () => {
      leader?.process.kill(signal);
      return signal === 'SIGKILL' ? drop : undefined;
    });
    await begin(lane, phase, true);
    if (!(await isMet(strike))) {
      return { kind: 'notReached' };
    }
    const ended = await leader?.process.ended;
    await lane.untilLeading();
    await reached(lane, phase);
    const endedWell = signal === 'SIGKILL' || ended?.code === 0;
    const problems = [
      ...(endedWell ? [] : [`after SIGTERM the exit code was ${ended?.code}`]),
      ...successionProblems(lane),
      ...(signal === 'SIGTERM' ? releaseProblems(lane) : []),
      ...problemsOf(lane, phase, recording),
    ];
    const note = gapOf(lane);
    return verdictOf([...problems, ...(await finish(lane, phase, recording))], note);
  });
}

export interface Stop {
  readonly arrival: Arrival;
  readonly boundary: Boundary;
  readonly recording: Recording;
}

export function stopCase(stop: Stop): FaultCase {
  const name = `SIGSTOP, arrives ${stop.arrival}, ${boundaryName(stop.boundary)}`;
  return caseOf(name, async (rig) => runStop(rig, stop));
}

async function runStop(rig: Rig, { arrival, boundary, recording }: Stop): Promise<Verdict> {
  return inLane(rig, shortLease, async (lane) => {
    const phase = await startTwo(lane, boundary);
    const [leader] = lane.replicas;
    const arrived = Promise.withResolvers<void>();
    let stoppedAtMs = 0;
    const strike = new Strike(lane, boundary, async () => {
      leader?.process.kill('SIGSTOP');
      stoppedAtMs = Date.now();
      await arrived.promise;
      return undefined;
    });
    try {
      await begin(lane, phase, true);
      if (!(await isMet(strike))) {
        return { kind: 'notReached' };
      }
      await lane.untilLeading();
      if (arrival === 'late') {
        await reached(lane, phase);
      }
      const resumed = new Resumed(lane, boundary);
      arrived.resolve();
      leader?.process.kill('SIGCONT');
      const ended = await leader?.process.ended;
      await until(() => lane.traffic.isIdle, { what: 'all has arrived' });
      const harm = arrival === 'late' ? resumed.lateProblems() : [];
      if (harm.length > 0) {
        // Nothing may be well ever after.
        return verdictOf(harm);
      }
      await reached(lane, phase);
      await until(() => lane.traffic.isIdle, { what: 'all is done' });
      const problems = [
        ...(ended?.code === 1 ? [] : [`the leader that lost its Lease ended with ${ended?.code}`]),
        ...problemsOf(lane, phase, recording),
        ...(await finish(lane, phase, recording)),
        ...resumed.problems(),
      ];
      return verdictOf(problems, `${resumed.said()}, ${gapOf(lane, stoppedAtMs)}`);
    } finally {
      // Else its call would be on the way for ever.
      arrived.resolve();
    }
  });
}

async function isMet(strike: Strike): Promise<boolean> {
  return until(() => strike.hit, { what: 'the strike' }).catch(() => false);
}

/** A leader and a standby with warm caches, at the beginning of the boundary's phase. */
async function startTwo(lane: Lane, boundary: Boundary): Promise<Phase> {
  await walk(lane, start, lifecycle);
  const { number } = await lane.start();
  const isWarm = (): boolean =>
    lane.traffic.answered.some(
      ({ replica, name }) => replica === number && name === 'watch endpointgateways',
    );
  await until(isWarm, { what: 'the standby has listed and watches' });
  for (const phase of lifecycle.phases.slice(1)) {
    if (phase.name === boundary.phase) {
      return phase;
    }
    await walk(lane, phase, lifecycle);
  }
  throw new Error(`no phase ${boundary.phase} comes after the start`);
}
