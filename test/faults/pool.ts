/** Runs cases side by side, those that touch what all share alone, and writes down what each came to. */
import type { CaseResult, FaultCase, Verdict } from './case.ts';
import type { Rig } from './rig.ts';

/** A run that should have met its moment and did not is repeated this often before that counts. */
const tries = 3;

export interface PoolOptions {
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: CaseResult) => void;
}

export async function runAll(
  rig: Rig,
  cases: readonly FaultCase[],
  { lanes, signal, onResult }: PoolOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const work = async (queue: FaultCase[]): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const result = await runOne(rig, next);
      results.push(result);
      onResult(result);
    }
  };
  const shared = cases.filter(({ exclusive }) => exclusive !== true);
  await Promise.all(Array.from({ length: lanes }, async () => work(shared)));
  await work(cases.filter(({ exclusive }) => exclusive === true));
  return results;
}

async function runOne(rig: Rig, faultCase: FaultCase): Promise<CaseResult> {
  const { scenario, name } = faultCase;
  const startedMs = performance.now();
  let verdict: Verdict = { kind: 'notReached' };
  for (let count = 1; count <= tries && verdict.kind === 'notReached'; count += 1) {
    verdict = await attempt(rig, faultCase);
  }
  return {
    scenario,
    name,
    verdict: verdict.kind,
    problems: verdict.kind === 'broken' ? verdict.problems : [],
    ...(verdict.kind === 'converged' && verdict.note !== undefined && { note: verdict.note }),
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function attempt(rig: Rig, faultCase: FaultCase): Promise<Verdict> {
  try {
    return await faultCase.run(rig);
  } catch (error) {
    // A deadline: it did not converge.
    return { kind: 'broken', problems: [said(error)] };
  }
}

function said(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause === undefined ? error.message : `${error.message} (${said(error.cause)})`;
}
