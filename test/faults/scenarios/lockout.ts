/**
 * Closings of an instance in which one or two things go wrong: whatever it is, nobody is locked out who has a private
 * path, nothing is put back without need, and the end is one that the user asked for or is told about (design §6).
 */
import { isClosing, problemsOf } from '../../kinds/hpcs-network-policy/lockout/judge.ts';
import { type LockoutPlan, lockoutPlans } from '../../kinds/hpcs-network-policy/lockout/plans.ts';
import { close } from '../../kinds/hpcs-network-policy/lockout/world.ts';
import { type FaultCase, type Scenario, verdictOf } from '../case.ts';

const counts = { short: 50, full: 520 } as const;

export const lockout: Scenario = {
  name: 'lockout',
  about: 'an instance is closed to the public network, and one or two things go wrong',
  async plan(_, { seed, short }) {
    const plans = await lockoutPlans(seed, short ? counts.short : counts.full);
    const sent = new Map<string, boolean>();
    return {
      cases: [...plans.map((plan) => caseOf(plan, sent)), halfOf(sent)],
      from: `every call of a closing from three places, before and after it, and pairs; seed ${seed}`,
    };
  },
};

function caseOf({ name, place, disturbances }: LockoutPlan, sent: Map<string, boolean>): FaultCase {
  return {
    scenario: 'lockout',
    name,
    run: async () => {
      const outcome = await close(place, disturbances);
      if (outcome.struck === 0) {
        return { kind: 'notReached' };
      }
      sent.set(name, outcome.events.some(isClosing));
      return verdictOf(problemsOf(outcome, disturbances));
    },
  };
}

/** What never comes to a closing proves little about it. */
function halfOf(sent: ReadonlyMap<string, boolean>): FaultCase {
  return {
    scenario: 'lockout',
    name: 'in at least half of the runs an instance was closed',
    exclusive: true,
    run: async () => {
      const closed = [...sent.values()].filter(Boolean).length;
      const said = `a closing was sent in ${closed} of ${sent.size} runs`;
      return verdictOf(2 * closed >= sent.size ? [] : [said], said);
    },
  };
}
