import { expect, test } from '@jest/globals';

import type { FaultCase, Scenario, Verdict } from './case.ts';
import { conclusion, summaryOf } from './report.ts';
import type { Rig } from './rig.ts';
import { type RunOptions, runScenarios } from './run-scenarios.ts';

/** The scenarios of this file look at nothing that is shared. */
const rig = {} as Rig;

const verdicts: Readonly<Record<string, Verdict>> = {
  fine: { kind: 'converged', note: 'gap 3 s' },
  wrong: { kind: 'broken', problems: ['two gateways\noperator 1 said last:\nbye'] },
  missed: { kind: 'notReached' },
};

function scenarioOf(name: string, plan: () => Promise<readonly FaultCase[]>): Scenario {
  return { name, about: `about ${name}`, plan: async () => ({ cases: await plan(), from: 'all there is' }) };
}

const good = scenarioOf('good', async () =>
  Object.entries(verdicts).map(([name, verdict]) => ({ scenario: 'good', name, run: async () => verdict })),
);
const unplanned = scenarioOf('unplanned', async () => {
  throw new Error('two clean runs did not come to the same');
});

function optionsOf(differing: Partial<RunOptions> = {}): RunOptions & { readonly told: string[] } {
  const told: string[] = [];
  const { signal } = new AbortController();
  const tell = (text: string): void => void told.push(text);
  return { seed: 7, short: false, lanes: 2, signal, tell, told, ...differing };
}

const passed = { tried: 3, converged: 1, broken: 1, notReached: 1 };

test('a scenario whose clean run fails is one broken case, and the others go on', async () => {
  const results = await runScenarios([unplanned, good], rig, optionsOf({ only: 'i' }));
  const summary = summaryOf(results, { seconds: 65.4, seed: 7 });
  expect(summary).toMatchObject({
    ...passed,
    seconds: 65.4,
    seed: 7,
    scenarios: [
      { name: 'unplanned', from: 'no clean run', tried: 1, converged: 0, broken: 1, notReached: 0 },
      { name: 'good', from: 'all there is', tried: 2, converged: 1, broken: 0, notReached: 1 },
    ],
    cases: [
      { scenario: 'unplanned', name: 'clean run', problems: ['two clean runs did not come to the same'] },
      { name: 'fine' },
      { name: 'missed', retries: 2 },
    ],
  });
  expect(conclusion(summary)).toBe(
    '3 tried: 1 converged, 1 broken, 1 not reached; 65 s, seed 7\n1 passed, 2 failed',
  );
});

test('what is told says how often a case was repeated, and why one is broken', async () => {
  const options = optionsOf();
  const [result] = await runScenarios([good], rig, options);
  expect(result).toMatchObject({ name: 'good', from: 'all there is' });
  expect(summaryOf(result === undefined ? [] : [result], { seconds: 1, seed: 7 })).toMatchObject(passed);
  const text = options.told.join('\n').replaceAll(/ {3}\d\.\d s/g, '   # s');
  expect(text).toBe(
    [
      'good: about good',
      '  3 cases of all there is',
      '',
      'converged     # s  good: fine; gap 3 s',
      'broken        # s  good: wrong',
      '      two gateways',
      '      operator 1 said last:',
      '      bye',
      'notReached    # s  good: missed; 2 retries',
      '',
      'good: 3 tried: 1 converged, 1 broken, 1 not reached',
    ].join('\n'),
  );
});

test('the cases of all scenarios run mixed, each of them evenly spread', async () => {
  const started: string[] = [];
  const plan = (name: string, count: number): Scenario =>
    scenarioOf(name, async () =>
      Array.from({ length: count }, (_, index) => ({
        scenario: name,
        name: `${name}${index}`,
        run: async () => {
          started.push(`${name}${index}`);
          return { kind: 'converged' };
        },
      })),
    );
  const results = await runScenarios([plan('a', 4), plan('b', 2)], rig, optionsOf({ lanes: 1 }));
  expect(started).toEqual(['a0', 'b0', 'a1', 'a2', 'b1', 'a3']);
  expect(results.map(({ name, cases }) => [name, cases.length])).toEqual([
    ['a', 4],
    ['b', 2],
  ]);
});

test('a signal ends the run while a scenario is planned, and no result is told', async () => {
  const stopping = new AbortController();
  const options = optionsOf({ signal: stopping.signal });
  const planning = scenarioOf('planning', async () => {
    stopping.abort(new Error('stopped by SIGINT'));
    throw new Error('the API server is gone');
  });
  await expect(runScenarios([planning, good], rig, options)).rejects.toThrow('stopped by SIGINT');
  expect(options.told).toEqual(['planning: about planning']);
});
