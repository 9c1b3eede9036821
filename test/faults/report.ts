/** What a run of cases came to, for people and for machines. */
import type { CaseResult } from './case.ts';
import type { ScenarioResult } from './run-scenarios.ts';

export function line({ scenario, verdict, seconds, name, note, retries, problems }: CaseResult): string {
  const again = retries === 0 ? undefined : `${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  const said = [name, note, again].filter((part) => part !== undefined).join('; ');
  const first = `${verdict.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  ${scenario}: ${said}`;
  return [first, ...problems.map((problem) => indented(problem))].join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((part) => `      ${part}`)
    .join('\n');
}

export interface Totals {
  readonly tried: number;
  readonly converged: number;
  readonly broken: number;
  /** Nothing went wrong where it should have. */
  readonly notReached: number;
}

export function totalsOf(cases: readonly CaseResult[]): Totals {
  const count = (wanted: CaseResult['verdict']): number =>
    cases.filter(({ verdict }) => verdict === wanted).length;
  return {
    tried: cases.length,
    converged: count('converged'),
    broken: count('broken'),
    notReached: count('notReached'),
  };
}

export function say({ tried, converged, broken, notReached }: Totals): string {
  return `${tried} tried: ${converged} converged, ${broken} broken, ${notReached} not reached`;
}

export interface Summary extends Totals {
  readonly seconds: number;
  readonly seed: number;
  readonly scenarios: readonly (Totals & Omit<ScenarioResult, 'cases'>)[];
  readonly cases: readonly CaseResult[];
}

export function summaryOf(
  results: readonly ScenarioResult[],
  { seconds, seed }: Pick<Summary, 'seconds' | 'seed'>,
): Summary {
  const all = results.flatMap(({ cases }) => cases);
  return {
    ...totalsOf(all),
    seconds,
    seed,
    scenarios: results.map(({ cases, ...scenario }) => ({ ...scenario, ...totalsOf(cases) })),
    cases: all,
  };
}

/** Ends with the line by which `npm test` counts. */
export function conclusion(summary: Summary): string {
  const { seconds, seed, converged, broken, notReached } = summary;
  return [
    `${say(summary)}; ${seconds.toFixed(0)} s, seed ${seed}`,
    `${converged} passed, ${broken + notReached} failed`,
  ].join('\n');
}
