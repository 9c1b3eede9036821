/** Runs cases side by side, those that touch what all share alone, and writes down what each came to. */
import { abortable } from '../../src/lib/abortable.ts';
import type { CaseResult, FaultCase, Verdict } from './case.ts';
import { reasonOf } from './reason.ts';
import type { Rig } from './rig.ts';

/** A run that should have met its moment and did not is repeated until there were this many. */
const tries = 3;

export interface PoolOptions {
  readonly lanes: number;
  /** Rejects with its reason as soon as it aborts. Cases under way are left alone: no word of what they come to. */
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
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await runOne(rig, next, signal);
      results.push(result);
      onResult(result);
    }
  };
  const shared = cases.filter(({ exclusive }) => exclusive !== true);
  await Promise.all(Array.from({ length: lanes }, async () => work(shared)));
  await work(cases.filter(({ exclusive }) => exclusive === true));
  return results;
}

async function runOne(rig: Rig, faultCase: FaultCase, signal: AbortSignal): Promise<CaseResult> {
  const { scenario, name } = faultCase;
  const startedMs = performance.now();
  let verdict: Verdict = { kind: 'notReached' };
  let runs = 0;
  while (runs < tries && verdict.kind === 'notReached') {
    signal.throwIfAborted();
    verdict = await abortable(attempt(rig, faultCase), signal);
    runs += 1;
  }
  return {
    scenario,
    name,
    verdict: verdict.kind,
    problems: verdict.kind === 'broken' ? verdict.problems : [],
    ...(verdict.kind === 'converged' && verdict.note !== undefined && { note: verdict.note }),
    retries: runs - 1,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function attempt(rig: Rig, faultCase: FaultCase): Promise<Verdict> {
  try {
    return await faultCase.run(rig);
  } catch (error) {
    // A deadline: it did not converge.
    return { kind: 'broken', problems: [reasonOf(error)] };
  }
}
