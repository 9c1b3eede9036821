/**
 * What a contract run proved, from three sources: the simulator's own list of operations, the report of the
 * Go program (one line per exchange) and the outcome of its tests. Pure; promises that an operation that
 * nobody drove, drove only in vain, or that the simulator does not know under that name, fails the run.
 */

export interface Operation {
  /** IBM's operation id in snake case, as its Go SDKs print it. */
  readonly id: string;
  /** False for an operation that no request can get wrong, such as one that publishes keys. */
  readonly refusable: boolean;
}

/** One exchange, as `go/report_test.go` writes it. */
export interface Exchange {
  readonly operation: string;
  readonly test: string;
  /** Finds the exchange in the simulator's log. */
  readonly requestID: string;
  readonly status: number;
  readonly compared: boolean;
  readonly problems: readonly string[];
}

export interface KnownRawOnly {
  readonly operation: string;
  readonly path: string;
}

export interface Report {
  readonly exchanges: readonly Exchange[];
  readonly known: number;
  readonly unused: readonly KnownRawOnly[];
}

export interface TestFailure {
  readonly name: string;
  readonly output: string;
}

export interface TestOutcome {
  readonly passed: number;
  readonly failures: readonly TestFailure[];
}

export interface Row {
  readonly operation: string;
  readonly calls: number;
  readonly refused: number;
  readonly compared: number;
  /** Empty when all is well. */
  readonly faults: readonly string[];
}

export interface Verdict {
  readonly rows: readonly Row[];
  readonly failures: readonly TestFailure[];
  readonly unused: readonly KnownRawOnly[];
  readonly passed: number;
  readonly failed: number;
}

/** Reads the report; a report without its summary line is that of a program that died. */
export function parseReport(text: string): Report {
  const lines = text.split('\n').filter((line) => line !== '');
  const summary = JSON.parse(lines.at(-1) ?? '{}') as Partial<Report>;
  if (summary.known === undefined || summary.unused === undefined) {
    throw new Error('the Go program wrote no complete report');
  }
  return {
    exchanges: lines.slice(0, -1).map((line) => JSON.parse(line) as Exchange),
    known: summary.known,
    unused: summary.unused,
  };
}

/**
 * Adds a problem to every exchange that the simulator took for another operation than the test named;
 * `operationOf` looks a request id up in the simulator's log.
 */
export function crossCheck(report: Report, operationOf: (requestID: string) => string | undefined): Report {
  const exchanges = report.exchanges.map((exchange) => {
    const served = operationOf(exchange.requestID) ?? 'nothing that it logged';
    return served === exchange.operation
      ? exchange
      : { ...exchange, problems: [...exchange.problems, `the simulator took it for ${served}`] };
  });
  return { ...report, exchanges };
}

/** Every operation, every test and every entry of the known list counts as one check. */
export function judge(operations: readonly Operation[], report: Report, tests: TestOutcome): Verdict {
  const served = new Set(operations.map(({ id }) => id));
  const strangers = new Set(
    report.exchanges.map(({ operation }) => operation).filter((id) => !served.has(id)),
  );
  const rows = [
    ...operations.map((operation) => rowOf(operation.id, report.exchanges, coverageFaults(operation))),
    ...[...strangers].map((id) =>
      rowOf(id, report.exchanges, () => ['the simulator lists no such operation']),
    ),
  ];
  const bad = rows.filter(({ faults }) => faults.length > 0).length;
  return {
    rows,
    failures: tests.failures,
    unused: report.unused,
    passed: rows.length - bad + tests.passed + report.known - report.unused.length,
    failed: bad + tests.failures.length + report.unused.length,
  };
}

type FindFaults = (calls: readonly Exchange[]) => readonly string[];

function rowOf(operation: string, exchanges: readonly Exchange[], findFaults: FindFaults): Row {
  const calls = exchanges.filter((exchange) => exchange.operation === operation);
  return {
    operation,
    calls: calls.length,
    refused: calls.filter(isRefused).length,
    compared: calls.filter(({ compared }) => compared).length,
    faults: [
      ...findFaults(calls),
      ...calls.flatMap(({ test, problems }) => problems.map((problem) => `${test}: ${problem}`)),
    ],
  };
}

function coverageFaults({ refusable }: Operation): FindFaults {
  return (calls) => {
    if (calls.length === 0) {
      return ['never driven'];
    }
    if (calls.every(isRefused)) {
      return ['never driven with success'];
    }
    return refusable && !calls.some(isRefused) ? ['never driven with bad input'] : [];
  };
}

function isRefused({ status }: Exchange): boolean {
  return status >= 400;
}
