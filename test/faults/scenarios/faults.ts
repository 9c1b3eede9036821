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

/** Of each fault so many cases are chosen in the full run, besides those that are always tried. */
const sampleSize = 8;

/** Writes to the cloud, and to Kubernetes those that guard them. */
const critical = /: (cloud (?!GET|POST token)|kube (apply endpointgateways\/status \[intent\]|patch ))/;
/** Each fault once: at the create, where it cannot be known what became of it, or at the write of its intent. */
const criticalInShort =
  /(create: cloud POST endpoint_gateways|create: kube apply endpointgateways\/status \[intent\]) #1 /;

export const singleFaults: Scenario = {
  name: 'faults',
  about: 'each fault once: at every write that matters, and at other calls chosen by the seed',
  async plan(rig, { seed, short }) {
    const always = short ? criticalInShort : critical;
    const chosen: FaultCase[] = [];
    let product = 0;
    for (const fault of faults.filter((one) => !short || !isSlow(one))) {
      const all = (await recordingsFor(fault, rig)).flatMap((recording) => casesOf(fault, recording));
      const others = all.filter(({ name }) => !always.test(name));
      const size = short || isSlow(fault) ? 0 : sampleSize;
      product += all.length;
      chosen.push(
        ...all.filter(({ name }) => always.test(name)),
        ...sample(others, size, `${seed} ${fault.side} ${fault.name}`),
      );
    }
    return { cases: chosen, from: `${product} pairs of fault and call, seed ${seed}` };
  },
};

/** A call to the API server has 30 s. */
function isSlow({ side, name }: Fault): boolean {
  return side === 'kube' && name.startsWith('timeout');
}

/** Lists that lag make the operator ask otherwise; a shorter deadline does not. */
async function recordingsFor({ lane = {} }: Fault, rig: Rig): Promise<readonly Recording[]> {
  const { settings, skewMs } = lane;
  const options = { ...(settings && { settings }), ...(skewMs !== undefined && { skewMs }) };
  const scripts = settings === undefined ? [lifecycle, drift] : [lifecycle];
  return Promise.all(scripts.map(async (script) => record(rig, script, options)));
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
