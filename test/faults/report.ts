/** What a run of cases came to, for people and for machines. */
import type { CaseResult } from './case.ts';

export function line({ verdict, seconds, name, note, problems }: CaseResult): string {
  const said = note === undefined ? '' : `; ${note}`;
  const first = `  ${verdict.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  ${name}${said}`;
  return [first, ...problems.map((problem) => indented(problem))].join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((part) => `      ${part}`)
    .join('\n');
}

export interface Summary {
  readonly tried: number;
  readonly converged: number;
  readonly broken: number;
  /** Nothing went wrong where it should have. */
  readonly notReached: number;
  readonly cases: readonly CaseResult[];
}

export function summaryOf(cases: readonly CaseResult[]): Summary {
  const count = (wanted: CaseResult['verdict']): number =>
    cases.filter(({ verdict }) => verdict === wanted).length;
  return {
    tried: cases.length,
    converged: count('converged'),
    broken: count('broken'),
    notReached: count('notReached'),
    cases,
  };
}

export function say({ tried, converged, broken, notReached }: Summary): string {
  return `${tried} tried: ${converged} converged, ${broken} broken, ${notReached} not reached`;
}
