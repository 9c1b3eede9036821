/**
 * One fault at one call of a recorded run, for every fault and every call of its side; a sample by seed, as the
 * product is large. The operator is not restarted: what goes wrong once mends itself.
 */
import { type Boundary, boundaryName, type Call, callName } from '../boundary.ts';
import { type FaultCase, type Plan, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { critical } from '../critical.ts';
import { expire, type Fault, faults } from '../faults.ts';
import type { LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { sample } from '../sample.ts';
import { reached, type Script } from '../script.ts';
import { adoption, rearrangement } from '../scripts/adoption.ts';
import { drift } from '../scripts/drift.ts';
import { lifecycle } from '../scripts/lifecycle.ts';
import { privatePath } from '../scripts/private-path.ts';
import { recreate } from '../scripts/recreate.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, type Recording, walkInto, walkTo } from '../walk.ts';

/** Of each fault so many calls are chosen in the full run, besides those that are always tried. */
const sampleSize = 8;

/** The first scripts: every fault is tried at every critical call of these. */
const thorough: ReadonlySet<Script> = new Set([lifecycle, drift]);

/** The later ones, which make the same kinds of calls again: so many faults are at each of theirs. */
const added: readonly Script[] = [adoption, rearrangement, recreate, privatePath];
const faultsAtEach = 2;

/** Each fault once: at the create, where it cannot be known what became of it, or at the write of its intent. */
const criticalInShort =
  /^create: (cloud POST endpoint_gateways|kube apply endpointgateways\/status \[intent\]) #1$/;

export const singleFaults: Scenario = {
  name: 'faults',
  about: 'one fault at a call: at writes that matter, and at other calls chosen by the seed',
  async plan(rig, { seed, short }) {
    return short ? planShort(rig) : planFull(rig, seed);
  },
};

async function planShort(rig: Rig): Promise<Plan> {
  const pairs = await pairsOf(rig, [lifecycle], (fault) => !isSlow(fault));
  const cases = pairs.filter(({ at }) => criticalInShort.test(at)).map(caseOf);
  return { cases, from: `${pairs.length} pairs of fault and call` };
}

async function planFull(rig: Rig, seed: number): Promise<Plan> {
  const pairs = await pairsOf(rig, [...thorough, ...added]);
  const others = pairs.filter((pair) => !isCritical(pair) && !isSlow(pair.fault));
  const later = pairs.filter((pair) => isCritical(pair) && !isThorough(pair));
  const chosen = [
    ...pairs.filter((pair) => isCritical(pair) && isThorough(pair)),
    ...[...Map.groupBy(later, ({ at }) => at)].flatMap(([at, all]) =>
      sample(all, faultsAtEach, `${seed} ${at}`),
    ),
    ...[...Map.groupBy(others, ({ fault }) => fault)].flatMap(([fault, all]) =>
      sample(all, sampleSize, `${seed} ${fault.side} ${fault.name}`),
    ),
  ];
  const share = `all at writes of the first scripts, ${faultsAtEach} at each of the later, ${sampleSize} of each fault elsewhere`;
  return {
    cases: chosen.map(caseOf),
    from: `${pairs.length} pairs of fault and call: ${share}; seed ${seed}`,
  };
}

function isCritical({ at }: Pair): boolean {
  return critical.test(at);
}

function isThorough({ recording }: Pair): boolean {
  return thorough.has(recording.script);
}

/** A call to the API server has 30 s. */
function isSlow({ side, name }: Fault): boolean {
  return side === 'kube' && name.startsWith('timeout');
}

interface Pair {
  /** Of the case: unique. */
  readonly name: string;
  readonly fault: Fault;
  readonly call: Call;
  /** The call's own name. */
  readonly at: string;
  readonly recording: Recording;
}

async function pairsOf(
  rig: Rig,
  scripts: readonly Script[],
  isWanted: (fault: Fault) => boolean = () => true,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const fault of faults.filter(isWanted)) {
    const met = scripts.filter((script) => meets(script, fault));
    const recordings = await Promise.all(met.map(async (script) => recordingFor(script, fault, rig)));
    pairs.push(...recordings.flatMap((recording) => pairsIn(recording, fault)));
  }
  return pairs;
}

/** What lists that lag may hide is a gateway that was just created. */
function meets(script: Script, { lane }: Fault): boolean {
  return lane?.settings === undefined || script === lifecycle || script === recreate;
}

/** Lists that lag make the operator ask otherwise; a shorter deadline does not. */
async function recordingFor(script: Script, { lane = {} }: Fault, rig: Rig): Promise<Recording> {
  const { settings, skewMs } = lane;
  return record(rig, script, { ...(settings && { settings }), ...(skewMs !== undefined && { skewMs }) });
}

/** One for each call of the recorded run. */
export function pairsIn(recording: Recording, fault: Fault): readonly Pair[] {
  return (
    recording.calls
      // Asking for a token is no call that an expired one could spoil.
      .filter(({ side, name }) => side === fault.side && !(fault.act === expire && name === 'POST token'))
      .map((call) => {
        const name = `${fault.name}, ${boundaryName({ ...call, moment: fault.moment })}`;
        return { name, fault, call, at: callName(call), recording };
      })
  );
}

export function caseOf(pair: Pair): FaultCase {
  return { scenario: 'faults', name: pair.name, run: async (rig) => runFault(rig, pair) };
}

/** An election that failed is tried again soon; else no attempt falls into the script by chance. */
function leaseOf({ phase }: Call): LaneOptions {
  const leaderElection = { leaseDuration: '600s', renewDeadline: '500s', retryPeriod: '1s' };
  return phase === 'start' ? { leaderElection } : {};
}

async function runFault(rig: Rig, { fault, call, recording }: Pair): Promise<Verdict> {
  const { script } = recording;
  const boundary: Boundary = { ...call, moment: fault.moment };
  return inLane(rig, { ...script.lane, ...fault.lane, ...leaseOf(boundary) }, async (lane) => {
    const strike = new Strike(lane, boundary, async () => fault.act(lane, call.name));
    const phase = await walkTo(lane, boundary, script);
    await walkInto(lane, phase, strike);
    if (!strike.hit) {
      const problems = problemsOf(lane, phase, recording);
      return problems.length === 0 ? { kind: 'notReached' } : verdictOf(problems);
    }
    await reached(lane, phase);
    return verdictOf([...problemsOf(lane, phase, recording), ...(await finish(lane, phase, recording))]);
  });
}
