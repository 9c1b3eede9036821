/**
 * SIGKILL at every boundary of a recorded run, and a start afterwards: the end is that of the clean run, whatever
 * was under way (design §8).
 */
import { type Boundary, boundariesOf, boundaryName } from '../boundary.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { critical, reading } from '../critical.ts';
import { drop } from '../interference.ts';
import type { LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import type { Script } from '../script.ts';
import { adoption, rearrangement } from '../scripts/adoption.ts';
import { drift, loss } from '../scripts/drift.ts';
import { lifecycle } from '../scripts/lifecycle.ts';
import { privatePath } from '../scripts/private-path.ts';
import { recreate } from '../scripts/recreate.ts';
import { Strike } from '../strike.ts';
import { finish, inLane, problemsOf, record, recovered, type Recording, walkInto, walkTo } from '../walk.ts';

/** What of a script is tried. */
interface Part {
  readonly script: Script;
  /** Which of its boundaries are, by their names; all of them when absent. */
  readonly tries?: (name: string) => boolean;
  /** Around the calls on which all depends: what `npm test` tries of it, which is nothing when absent. */
  readonly turningPoints?: RegExp;
}

/** Who dies after a read has done no more than who dies before it. */
const onceARead = (name: string): boolean => !reading.test(name) || name.endsWith(' before');

const aroundWrites = (name: string): boolean => critical.test(name);

const creation = /^create: .*(POST endpoint_gateways|status \[intent\]) #1 /;

export const kill: Scenario = scenarioOf('kill', 'SIGKILL at every call of every script', {
  lane: {},
  leftOut: 'after reads, in the later scripts',
  parts: [
    {
      script: lifecycle,
      turningPoints:
        /^(create: .*(POST endpoint_gateways|status \[intent\]|POST tags\/attach)|delete: .*(DELETE endpoint_gateways\/:id|patch endpointgateways)) #1 /,
    },
    { script: drift },
    { script: loss },
    {
      script: adoption,
      tries: onceARead,
      // That it was there before, that it is ours, and that it is not any more.
      turningPoints: /: cloud POST tags\/(attach #[12]|detach #1) /,
    },
    {
      script: rearrangement,
      tries: onceARead,
      turningPoints: /: cloud DELETE endpoint_gateways\/:id\/ips\/:id #1 after/,
    },
    {
      script: recreate,
      tries: onceARead,
      turningPoints: /: cloud (DELETE endpoint_gateways\/:id #1 |POST endpoint_gateways #1 after)/,
    },
    {
      script: privatePath,
      tries: onceARead,
      turningPoints: /^request: cloud POST endpoint_gateways #1 after/,
    },
  ],
});

/**
 * Nothing but the operator's own care keeps it from making two, it cannot see at once what it made, and its clock is
 * of no use to compare times with.
 */
export const killUnchecked: Scenario = scenarioOf(
  'kill-unchecked',
  'the same; the cloud lets duplicates pass (R1, R8 off), its lists lag by 90 s, its clock is an hour behind',
  {
    lane: { settings: { duplicateChecks: false, listLagMs: 90_000 }, skewMs: -3_600_000 },
    leftOut: 'not around writes that matter, in the later scripts',
    parts: [
      { script: lifecycle, turningPoints: creation },
      { script: drift },
      { script: loss },
      { script: adoption, tries: aroundWrites },
      { script: recreate, tries: aroundWrites },
    ],
  },
);

interface KillPlan {
  readonly lane: LaneOptions;
  readonly parts: readonly Part[];
  /** What the boundaries are that are not tried. */
  readonly leftOut: string;
}

function scenarioOf(name: string, about: string, { lane: options, parts, leftOut }: KillPlan): Scenario {
  return {
    name,
    about,
    async plan(rig, { short }) {
      const planned = await Promise.all(
        parts
          .filter(({ turningPoints }) => !short || turningPoints !== undefined)
          .map(async (part) => ({ ...part, recording: await record(rig, part.script, options) })),
      );
      const all = planned.flatMap(({ recording, tries = () => true, turningPoints }) =>
        boundariesOf(recording.calls).map((boundary) => ({
          one: killCase(name, boundary, { recording, options }),
          isTried: short
            ? turningPoints?.test(boundaryName(boundary)) === true
            : tries(boundaryName(boundary)),
        })),
      );
      const cases = all.filter(({ isTried }) => isTried).map(({ one }) => one);
      const chance = planned.reduce((sum, { recording }) => sum + recording.chance, 0);
      const choice = short ? 'the turning points alone' : `without ${all.length - cases.length} ${leftOut}`;
      return {
        cases,
        from: `${all.length} boundaries recorded, ${choice}; besides ${chance} calls of one clean run alone`,
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
    const phase = await walkTo(lane, boundary, script);
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
