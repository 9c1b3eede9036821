/**
 * SIGKILL at every boundary of a recorded run, and a start afterwards: the end is that of the clean run, whatever
 * was under way (design §8).
 */
import { type Boundary, boundariesOf, boundaryName } from '../boundary.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { drop } from '../interference.ts';
import type { LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { drift, lifecycle, loss } from '../script.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, recovered, type Recording, walkInto, walkTo } from '../walk.ts';

/** What npm test tries: around the calls on which all depends. */
const creation = /^create: .*(POST endpoint_gateways|status \[intent\]) #1 /;
const turningPoints =
  /^(create: .*(POST endpoint_gateways|status \[intent\]|POST tags\/attach)|delete: .*(DELETE endpoint_gateways\/:id|patch endpointgateways)) #1 /;

export const kill: Scenario = scenarioOf(
  'kill',
  'SIGKILL at every call of create, change, drift, loss and delete',
  { lane: {}, always: turningPoints },
);

/**
 * Nothing but the operator's own care keeps it from making two, it cannot see at once what it made, and its clock is
 * of no use to compare times with.
 */
export const killUnchecked: Scenario = scenarioOf(
  'kill-unchecked',
  'the same; the cloud lets duplicates pass (R1, R8 off), its lists lag by 90 s, its clock is an hour behind',
  {
    lane: { settings: { duplicateChecks: false, listLagMs: 90_000 }, skewMs: -3_600_000 },
    always: creation,
  },
);

interface KillPlan {
  readonly lane: LaneOptions;
  /** What the short selection consists of. */
  readonly always: RegExp;
}

function scenarioOf(name: string, about: string, { lane: options, always }: KillPlan): Scenario {
  return {
    name,
    about,
    async plan(rig, { short }) {
      const recordings = await Promise.all(
        [lifecycle, drift, loss].map(async (script) => record(rig, script, options)),
      );
      const all = recordings.flatMap((recording) =>
        boundariesOf(recording.calls).map((boundary) => killCase(name, boundary, { recording, options })),
      );
      const cases = short ? all.filter((one) => always.test(one.name)) : all;
      const chance = recordings.reduce((sum, recording) => sum + recording.chance, 0);
      return {
        cases,
        from: `${all.length} boundaries recorded, besides ${chance} calls of one clean run alone`,
      };
    },
  };
}

export interface KillOptions {
  readonly recording: Recording;
  readonly options: LaneOptions;
}

export function killCase(scenario: string, boundary: Boundary, killOptions: KillOptions): FaultCase {
  return {
    scenario,
    name: boundaryName(boundary),
    run: async (rig) => runKill(rig, boundary, killOptions),
  };
}

async function runKill(rig: Rig, boundary: Boundary, { recording, options }: KillOptions): Promise<Verdict> {
  const { script } = recording;
  return inLane(rig, { ...script.lane, ...options }, async (lane) => {
    const strike = new Strike(lane, boundary, async () => {
      await lane.kill();
      return drop;
    });
    const phase = await walkTo(lane, boundary, recording);
    await walkInto(lane, phase, strike);
    if (!strike.hit) {
      const problems = problemsOf(lane, phase, recording);
      return problems.length === 0 ? { kind: 'notReached' } : verdictOf(problems);
    }
    await lane.restart();
    await recovered(lane, phase);
    return verdictOf([...problemsOf(lane, phase, recording), ...(await finish(lane, phase, recording))]);
  });
}
