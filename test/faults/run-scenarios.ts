/** One scenario after the other: plans it, runs the cases that were chosen, and tells while it happens. */
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
  readonly cases: readonly CaseResult[];
  readonly seconds: number;
}

export async function runScenarios(
  scenarios: readonly Scenario[],
  rig: Rig,
  options: RunOptions,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    results.push(await runScenario(scenario, rig, options));
  }
  return results;
}

async function runScenario(
  scenario: Scenario,
  rig: Rig,
  { signal, tell, ...options }: RunOptions,
): Promise<ScenarioResult> {
  const { name, about } = scenario;
  const startedMs = performance.now();
  signal.throwIfAborted();
  tell(`\n${name}: ${about}`);
  const { cases, from } = await abortable(planned(scenario, rig, options), signal);
  tell(`  ${cases.length} cases of ${from}`);
  const onResult = (result: CaseResult): void => tell(line(result));
  const results = await runAll(rig, cases, { lanes: options.lanes, signal, onResult });
  tell(`  ${say(totalsOf(results))}`);
  return { name, from, cases: results, seconds: (performance.now() - startedMs) / 1000 };
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
