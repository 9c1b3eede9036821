/**
 * One fault at one call of a recorded run, for every fault and every call of its side; a sample by seed, as the
 * product is large. The operator is not restarted: what goes wrong once mends itself.
 */
import { type Boundary, type Call, boundaryName } from '../boundary.ts';
import type { FaultCase, Scenario, Verdict } from '../case.ts';
import { verdictOf } from '../case.ts';
import { type Fault, faults } from '../faults.ts';
import type { LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { sample } from '../sample.ts';
import { drift, lifecycle, reached } from '../script.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, type Recording, walkInto, walkTo } from '../walk.ts';

/** Of each fault so many cases are run; of those that make the run wait, fewer. */
const casesPerFault = 16;
const casesPerSlowFault = 3;

export const singleFaults: Scenario = {
  name: 'faults',
  about: 'each fault once, at calls chosen by the seed',
  async plan(rig, { seed, short }) {
    const recordings = await recordAll(rig);
    const choices = faults.map((fault) => {
      const all =
        recordings.get(fault.lane?.settings)?.flatMap((recording) => casesOf(fault, recording)) ?? [];
      const isSlow = fault.side === 'kube' && fault.name.startsWith('timeout');
      const full = isSlow ? casesPerSlowFault : casesPerFault;
      const size = short ? Number(!isSlow) : full;
      return { all, chosen: sample(all, size, `${seed} ${fault.side} ${fault.name}`) };
    });
    const product = choices.reduce((sum, { all }) => sum + all.length, 0);
    return {
      cases: choices.flatMap(({ chosen }) => chosen),
      from: `${product} pairs of fault and call, seed ${seed}`,
    };
  },
};

/** Lists that lag make the operator ask otherwise, so they have a recording of their own. */
async function recordAll(rig: Rig): Promise<ReadonlyMap<LaneOptions['settings'], readonly Recording[]>> {
  const settings = new Set(faults.map(({ lane }) => lane?.settings));
  const entries = [...settings].map(async (one) => {
    const options = one === undefined ? {} : { settings: one };
    const recorded = await Promise.all(
      [lifecycle, drift].map(async (script) => record(rig, script, options)),
    );
    return [one, recorded] as const;
  });
  return new Map(await Promise.all(entries));
}

/** One case for each call of the recorded run. */
export function casesOf(fault: Fault, recording: Recording): readonly FaultCase[] {
  return recording.calls
    .filter(({ side }) => side === fault.side)
    .map((call) => ({
      scenario: 'faults',
      name: `${fault.name}, ${boundaryName({ ...call, moment: fault.moment })}`,
      run: async (rig) => runFault(rig, { fault, call, recording }),
    }));
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
      return { kind: 'notReached' };
    }
    await reached(lane, phase);
    return verdictOf([...problemsOf(lane, phase, recording), ...(await finish(lane, phase, recording))]);
  });
}
