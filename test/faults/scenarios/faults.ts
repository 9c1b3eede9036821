/**
 * One fault at one call of a recorded run, for every fault and every call of its side; a sample by seed, as the
 * product is large. The operator is not restarted: what goes wrong once mends itself.
 */
import { type Boundary, type Call, boundaryName } from '../boundary.ts';
import type { FaultCase, Scenario, Verdict } from '../case.ts';
import { verdictOf } from '../case.ts';
import { expire, type Fault, faults } from '../faults.ts';
import type { LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { sample } from '../sample.ts';
import { drift, lifecycle, reached } from '../script.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, type Recording, walkInto, walkTo } from '../walk.ts';

/** Of each fault so many cases are chosen besides those that are always tried. */
const sampleSize = { full: 8, short: 1 };

/** Writes to the cloud, and to Kubernetes those that guard them. */
const critical = /: (cloud (?!GET|POST token)|kube (apply endpointgateways\/status \[intent\]|patch ))/;
/** Where it cannot be known what became of a create. */
const criticalInShort = /^(500|dropped|timeout) after.*POST endpoint_gateways /;

export const singleFaults: Scenario = {
  name: 'faults',
  about: 'each fault once: at every write that matters, and at other calls chosen by the seed',
  async plan(rig, { seed, short }) {
    const recordings = await recordAll(rig);
    const always = short ? criticalInShort : critical;
    const choices = faults.map((fault) => {
      const all = (recordings.get(fault.lane) ?? []).flatMap((recording) => casesOf(fault, recording));
      const others = all.filter(({ name }) => !always.test(name));
      const size = isSlow(fault) ? 0 : sampleSize[short ? 'short' : 'full'];
      const sampled = sample(others, size, `${seed} ${fault.side} ${fault.name}`);
      return { all, chosen: [...all.filter(({ name }) => always.test(name)), ...sampled] };
    });
    const product = choices.reduce((sum, { all }) => sum + all.length, 0);
    return {
      cases: choices.flatMap(({ chosen }) => chosen),
      from: `${product} pairs of fault and call, seed ${seed}`,
    };
  },
};

/** A call to the API server has 30 s. */
function isSlow({ side, name }: Fault): boolean {
  return side === 'kube' && name.startsWith('timeout');
}

/** By what a fault changes of its lane: lists that lag, for one, make the operator ask otherwise. */
async function recordAll(rig: Rig): Promise<ReadonlyMap<LaneOptions | undefined, readonly Recording[]>> {
  const recordings = new Map<LaneOptions | undefined, readonly Recording[]>();
  for (const lane of new Set(faults.map((fault) => fault.lane))) {
    const scripts = [lifecycle, drift].map(async (script) => record(rig, script, lane));
    recordings.set(lane, await Promise.all(scripts));
  }
  return recordings;
}

/** One case for each call of the recorded run. */
export function casesOf(fault: Fault, recording: Recording): readonly FaultCase[] {
  return (
    recording.calls
      // Asking for a token is no call that an expired one could spoil.
      .filter(({ side, name }) => side === fault.side && !(fault.act === expire && name === 'POST token'))
      .map((call) => ({
        scenario: 'faults',
        name: `${fault.name}, ${boundaryName({ ...call, moment: fault.moment })}`,
        run: async (rig) => runFault(rig, { fault, call, recording }),
      }))
  );
}

/** An election that failed is tried again soon; else no attempt falls into the script by chance. */
function leaseOf({ phase }: Call): LaneOptions {
  const leaderElection = { leaseDuration: '600s', renewDeadline: '500s', retryPeriod: '1s' };
  return phase === 'start' ? { leaderElection } : {};
}

interface Chosen {
  readonly fault: Fault;
  readonly call: Call;
  readonly recording: Recording;
}

async function runFault(rig: Rig, { fault, call, recording }: Chosen): Promise<Verdict> {
  const { script } = recording;
  const boundary: Boundary = { ...call, moment: fault.moment };
  return inLane(rig, { ...script.lane, ...fault.lane, ...leaseOf(boundary) }, async (lane) => {
    const strike = new Strike(lane, boundary, async () => fault.act(lane, call.name));
    const phase = await walkTo(lane, boundary, recording);
    await walkInto(lane, phase, strike);
    if (!strike.hit) {
      const problems = problemsOf(lane, phase, recording);
      return problems.length === 0 ? { kind: 'notReached' } : verdictOf(problems);
    }
    await reached(lane, phase);
    return verdictOf([...problemsOf(lane, phase, recording), ...(await finish(lane, phase, recording))]);
  });
}
