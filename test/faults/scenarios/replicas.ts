/**
 * Two replicas. The leader ends, dies, or is stopped beyond its Lease and goes on afterwards, with a request of its
 * own still on the way: the other one takes over, and what arrives late is refused or does no harm (design §4.8).
 */
import { type Boundary, boundariesOf, boundaryName } from '../boundary.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import type { Lane, LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { begin, lifecycle, type Phase, reached } from '../script.ts';
import { Strike } from '../strike.ts';
import { type Answered, isWrite } from '../traffic.ts';
import { finish, inLane, problemsOf, record, type Recording, walk } from '../walk.ts';
import { until } from '../../lib/until.ts';

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
      cases: short ? cases.filter((_, index) => index % 6 === 0) : cases,
      from: `${cases.length} cases`,
    };
  },
};

function caseOf(name: string, run: FaultCase['run']): FaultCase {
  return { scenario: 'replicas', name, run };
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
      return signal === 'SIGKILL' ? { kind: 'drop' } : undefined;
    });
    await begin(lane, phase, true);
    await until(() => strike.hit, { what: boundaryName(boundary) });
    const ended = await leader?.process.ended;
    await lane.untilLeading();
    await reached(lane, phase);
    const endedWell = signal === 'SIGKILL' || ended?.code === 0;
    const problems = [
      ...(endedWell ? [] : [`after SIGTERM the exit code was ${ended?.code}`]),
      ...handOverProblems(lane, signal),
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
    const strike = new Strike(lane, boundary, async () => {
      leader?.process.kill('SIGSTOP');
      await arrived.promise;
      return undefined;
    });
    await begin(lane, phase, true);
    await until(() => strike.hit, { what: boundaryName(boundary) });
    await lane.untilLeading();
    if (arrival === 'late') {
      await reached(lane, phase);
    }
    const before = lane.traffic.begun.length;
    const answeredBefore = lane.traffic.answered.length;
    arrived.resolve();
    leader?.process.kill('SIGCONT');
    const ended = await leader?.process.ended;
    await until(() => lane.traffic.isIdle, { what: 'all has arrived' });
    if (arrival === 'late' && replacedStatus(lane.traffic.answered.slice(answeredBefore), boundary)) {
      return verdictOf([
        'the status that the stopped leader had begun to write replaced that of its successor',
      ]);
    }
    await reached(lane, phase);
    await until(() => lane.traffic.isIdle, { what: 'all has arrived' });
    const after = lane.traffic.begun.slice(before).filter(({ replica }) => replica === 1);
    const writes = after.filter(isWrite).map(({ name }) => name);
    return verdictOf([
      ...(ended?.code === 1 ? [] : [`the leader that lost its Lease ended with ${ended?.code}`]),
      ...writes.map((name) => `the resumed leader went on with ${name}`),
      ...problemsOf(lane, phase, recording),
      ...(await finish(lane, phase, recording)),
    ]);
  });
}

/** Whether the API server took a status that was decided on before others were written. */
function replacedStatus(answered: readonly Answered[], { moment, name }: Boundary): boolean {
  return (
    moment === 'before' &&
    name.startsWith('apply endpointgateways/status') &&
    answered.some((call) => call.replica === 1 && call.name === name && call.status === 200)
  );
}

/** A leader and a standby with warm caches, at the beginning of the boundary's phase. */
async function startTwo(lane: Lane, { phase }: Boundary): Promise<Phase> {
  await walk(lane, 'start', lifecycle);
  const { number } = await lane.start();
  const isWarm = (): boolean =>
    lane.traffic.answered.some(
      ({ replica, name }) => replica === number && name === 'watch endpointgateways',
    );
  await until(isWarm, { what: 'the standby has listed and watches' });
  const index = lifecycle.phases.findIndex((candidate) => candidate === phase);
  for (const earlier of lifecycle.phases.slice(1, index)) {
    await walk(lane, earlier, lifecycle);
  }
  return lifecycle.phases[index] ?? 'create';
}

/** The successor begins after the leader's last call, and after it was handed the Lease if it was. */
function handOverProblems({ traffic }: Lane, signal: End['signal']): readonly string[] {
  const indexOfLast = (name: RegExp, replica: number): number =>
    traffic.answered.findLastIndex((call) => call.replica === replica && name.test(call.name));
  const indexOfFirst = (name: RegExp, replica: number): number =>
    traffic.answered.findIndex((call) => call.replica === replica && name.test(call.name));
  const lastWork = indexOfLast(/endpoint|tags/, 1);
  const release = indexOfLast(/^update leases$/, 1);
  const takeOver = indexOfFirst(/^update leases$/, 2);
  const firstWork = indexOfFirst(/^(GET|POST|PUT|PATCH|DELETE) /, 2);
  return [
    ...(lastWork < firstWork ? [] : ['the leader was still at work when its successor began']),
    ...(takeOver < firstWork ? [] : ['the successor began before it held the Lease']),
    ...(signal === 'SIGKILL' || (lastWork < release && release < takeOver)
      ? []
      : ['the Lease was not released after the last call and before it was taken']),
  ];
}

/** From the leader's last call about its work to the successor's first one. */
function gapOf({ traffic: { answered } }: Lane): string {
  const last = answered.findLast(({ replica, name }) => replica === 1 && /endpoint|tags/.test(name));
  const first = answered.find(
    ({ replica, name }) => replica === 2 && /^(GET|POST|PUT|PATCH|DELETE) /.test(name),
  );
  const seconds = ((first?.atMs ?? 0) - (last?.atMs ?? 0)) / 1000;
  return `gap ${seconds.toFixed(1)} s`;
}
