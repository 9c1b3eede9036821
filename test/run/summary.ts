/** The table at the end of a run. Its last line is for machines: `N passed, N failed`. */
import type { TierResult } from './run-tier.ts';

export function summary(results: readonly TierResult[], notRun: readonly string[] = []): string {
  const rows = [
    ['tier', 'passed', 'failed', 'seconds'],
    ...results.map(({ name, passed, failed, seconds }) => [
      name,
      String(passed),
      String(failed),
      seconds.toFixed(1),
    ]),
    ...notRun.map((name) => [name, '-', '-', 'not run']),
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map(([name = '', ...numbers]) =>
    [name.padEnd(width(0)), ...numbers.map((cell, index) => cell.padStart(width(index + 1)))].join('  '),
  );
  return [...lines, '', lastLine(results)].join('\n');
}

function lastLine(results: readonly TierResult[]): string {
  const sum = (pick: (result: TierResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  return `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`;
}
