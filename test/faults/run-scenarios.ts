/**
 * Plans every scenario, then runs their cases in one pool, and tells while it happens. The scenarios are mixed evenly:
 * the cases of some mostly wait and those of others mostly work, so that side by side they fill the machine.
 */
import { abortable } from '../../src/lib/abortable.ts';
import { type CaseResult, type Choice, type FaultCase, type Plan, type Scenario, verdictOf } from './case.ts';
import { runAll } from './pool.ts';
import { reasonOf } from './reason.ts';
import { line, say, totalsOf } from './report.ts';
import type { Rig } from './rig.ts';

export interface RunOptions extends Choice {
  /** Only cases whose name contains this. */
  readonly only?: string;
  readonly lanes: number;
  /** Ends the run at once: it rejects with the reason. */
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

export interface ScenarioResult {
  readonly name: string;
  /** What the cases were chosen from. */
  readonly from: string;
  /** In the order in which they ended. */
  readonly cases: readonly CaseResult[];
}

interface Planned extends Plan {
  readonly name: string;
}

export async function runScenarios(
  scenarios: readonly Scenario[],
  rig: Rig,
  { lanes, signal, tell, ...choice }: RunOptions,
): Promise<readonly ScenarioResult[]> {
  const all: Planned[] = [];
  for (const scenario of scenarios) {
    signal.throwIfAborted();
    tell(`${scenario.name}: ${scenario.about}`);
    const plan = await abortable(planned(scenario, rig, choice), signal);
    tell(`  ${plan.cases.length} cases of ${plan.from}`);
    all.push({ name: scenario.name, ...plan });
  }
  tell('');
  const onResult = (result: CaseResult): void => tell(line(result));
  const results = await runAll(rig, mixed(all), { lanes, signal, onResult });
  tell('');
  return all.map(({ name, from }) => {
    const cases = results.filter(({ scenario }) => scenario === name);
    tell(`${name}: ${say(totalsOf(cases))}`);
    return { name, from, cases };
  });
}

/** The cases that were chosen. An operator whose clean run fails must not cost what other scenarios came to. */
async function planned(
  scenario: Scenario,
  rig: Rig,
  { seed, short, only = '' }: Pick<RunOptions, 'seed' | 'short' | 'only'>,
): Promise<Plan> {
  try {
    const { cases, from } = await scenario.plan(rig, { seed, short });
    return { cases: cases.filter(({ name }) => name.includes(only)), from };
  } catch (error) {
    const verdict = verdictOf([reasonOf(error)]);
    const cleanRun: FaultCase = { scenario: scenario.name, name: 'clean run', run: async () => verdict };
    return { cases: [cleanRun], from: 'no clean run' };
  }
}

/** Each scenario's cases stay in their order and are spread evenly over the run. */
function mixed(plans: readonly Plan[]): readonly FaultCase[] {
  return plans
    .flatMap(({ cases }) => cases.map((one, index) => ({ one, at: (index + 0.5) / cases.length })))
    .toSorted((left, right) => left.at - right.at)
    .map(({ one }) => one);
}
