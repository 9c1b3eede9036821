/** The verdict for people: one line per operation, then what went wrong, then the totals. */
import type { KnownRawOnly, Row, TestFailure, Verdict } from './verdict.ts';

const HEADINGS = ['OPERATION', 'CALLS', 'REFUSED', 'COMPARED', 'RESULT'] as const;

export function render(verdict: Verdict): string {
  return [
    ...renderRows(verdict.rows),
    ...verdict.rows.flatMap(renderFaults),
    ...verdict.failures.flatMap(renderFailure),
    ...verdict.unused.map(renderUnused),
    '',
    `${verdict.passed} passed, ${verdict.failed} failed`,
  ].join('\n');
}

function renderRows(rows: readonly Row[]): string[] {
  const cells = rows.map(({ operation, calls, refused, compared, faults }) => [
    operation,
    String(calls),
    String(refused),
    String(compared),
    faults.length === 0 ? 'ok' : 'FAILED',
  ]);
  const table = [[...HEADINGS], ...cells];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table.map((line) =>
    line
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function isNumber(column: number): boolean {
  return column > 0 && column < HEADINGS.length - 1;
}

function renderFaults({ operation, faults }: Row): string[] {
  return faults.length === 0 ? [] : ['', operation, ...faults.map((fault) => `  ${fault}`)];
}

function renderFailure({ name, output }: TestFailure): string[] {
  return [
    '',
    name,
    ...output
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line.trimStart()}`),
  ];
}

function renderUnused({ operation, path }: KnownRawOnly): string {
  return `\nknown-raw-only.json: ${operation} ${path} is excused, but no answer has it: remove the entry`;
}
