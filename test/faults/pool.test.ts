import { describe, expect, it } from '@jest/globals';

import type { CaseResult, FaultCase, Verdict } from './case.ts';
import { type PoolOptions, runAll } from './pool.ts';
import type { Rig } from './rig.ts';

/** The cases of this file look at nothing that is shared. */
const rig = {} as Rig;

function named(name: string, run: () => Promise<Verdict>, exclusive = false): FaultCase {
  return { scenario: 'fake', name, exclusive, run };
}

async function results(
  cases: readonly FaultCase[],
  options: Partial<PoolOptions> = {},
): Promise<readonly CaseResult[]> {
  const { signal } = new AbortController();
  return runAll(rig, cases, { lanes: 2, signal, onResult: () => undefined, ...options });
}

async function fail(): Promise<Verdict> {
  throw new Error('not within 30 s', { cause: new Error('ECONNREFUSED') });
}

async function pass(): Promise<Verdict> {
  return { kind: 'converged' };
}

describe('a case', () => {
  it.each<[missed: number, Partial<CaseResult>]>([
    [0, { verdict: 'converged', retries: 0, note: 'done' }],
    [2, { verdict: 'converged', retries: 2, note: 'done' }],
    [3, { verdict: 'notReached', retries: 2 }],
  ])('that misses its moment %d times', async (missed, expected) => {
    let runs = 0;
    const run = async (): Promise<Verdict> => {
      runs += 1;
      return runs > missed ? { kind: 'converged', note: 'done' } : { kind: 'notReached' };
    };
    expect(await results([named('late', run)])).toEqual([expect.objectContaining(expected)]);
  });

  it('that throws is broken and says why, and the others go on', async () => {
    const heard: string[] = [];
    const onResult = ({ name, verdict }: CaseResult): void => void heard.push(`${name} ${verdict}`);
    const [first] = await results([named('bad', fail), named('good', pass)], { lanes: 1, onResult });
    expect(first?.problems).toEqual(['not within 30 s\ncaused by: ECONNREFUSED']);
    expect(heard).toEqual(['bad broken', 'good converged']);
  });

  it('that touches what all share runs alone, after the others', async () => {
    const running = new Set<string>();
    const seen: string[][] = [];
    const run = (name: string) => async (): Promise<Verdict> => {
      running.add(name);
      seen.push([...running]);
      await new Promise((resolve) => setImmediate(resolve));
      running.delete(name);
      return { kind: 'converged' };
    };
    await results([
      named('x', run('x'), true),
      named('y', run('y'), true),
      named('a', run('a')),
      named('b', run('b')),
    ]);
    expect(seen).toEqual([['a'], ['a', 'b'], ['x'], ['y']]);
  });
});

describe('a signal', () => {
  it('cuts the cases under way and starts no other; none of them has a result', async () => {
    const stopping = new AbortController();
    const started: string[] = [];
    const heard: CaseResult[] = [];
    const dying = Promise.withResolvers<Verdict>();
    const all = results(
      ['one', 'two', 'three'].map((name) =>
        named(name, async () => {
          started.push(name);
          return dying.promise;
        }),
      ),
      { signal: stopping.signal, onResult: (result) => heard.push(result) },
    );
    stopping.abort(new Error('stopped by SIGTERM'));
    await expect(all).rejects.toThrow('stopped by SIGTERM');
    dying.reject(new Error('the API server is gone'));
    await expect(dying.promise).rejects.toThrow('gone');
    expect(started).toEqual(['one', 'two']);
    expect(heard).toEqual([]);
  });
});
