import { describe, expect, test } from '@jest/globals';
import { readEvents, runGoTests } from './go-test.ts';

interface Line {
  readonly Action: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly ImportPath?: string;
}

function events(...lines: readonly Line[]): string {
  return lines.map((line) => JSON.stringify({ Package: 'p', ...line })).join('\n');
}

describe('readEvents', () => {
  test('counts subtests and not the groups around them', () => {
    const stdout = events(
      { Action: 'pass', Test: 'TestA/one' },
      { Action: 'pass', Test: 'TestA/two' },
      { Action: 'pass', Test: 'TestA' },
      { Action: 'pass', Test: 'TestB' },
      { Action: 'pass' },
    );
    expect(readEvents(stdout)).toEqual({ passed: 3, failures: [] });
  });

  test('reports a failed subtest once, with its own output', () => {
    const stdout = events(
      { Action: 'output', Test: 'TestA', Output: '=== RUN   TestA\n' },
      { Action: 'output', Test: 'TestA/one', Output: 'got 1, want 2\n' },
      { Action: 'fail', Test: 'TestA/one' },
      { Action: 'output', Test: 'TestA', Output: '--- FAIL: TestA (0.00s)\n' },
      { Action: 'fail', Test: 'TestA' },
      { Action: 'fail' },
    );
    expect(readEvents(stdout)).toEqual({
      passed: 0,
      failures: [{ name: 'p.TestA/one', output: 'got 1, want 2\n' }],
    });
  });

  test('reports a group that failed by itself, after its subtests', () => {
    const stdout = events(
      { Action: 'pass', Test: 'TestA/one' },
      { Action: 'output', Test: 'TestA', Output: 'not cleaned up\n' },
      { Action: 'fail', Test: 'TestA' },
    );
    expect(readEvents(stdout).failures).toEqual([{ name: 'p.TestA', output: 'not cleaned up\n' }]);
  });

  test('reports a package that did not compile or ended outside its tests', () => {
    const stdout = events(
      { ImportPath: 'p [p.test]', Action: 'build-output', Output: 'undefined: x\n' },
      { Action: 'output', Output: 'FAIL\tp [build failed]\n' },
      { Action: 'fail' },
    );
    expect(readEvents(stdout).failures).toEqual([
      { name: 'p', output: 'undefined: x\nFAIL\tp [build failed]\n' },
    ]);
  });
});

describe('runGoTests', () => {
  test('says what to install when there is no Go', async () => {
    const run = runGoTests({
      directory: process.cwd(),
      environment: { PATH: '' },
      signal: new AbortController().signal,
    });
    await expect(run).rejects.toThrow(/need Go, 1\.25 or later.*https:\/\/go\.dev/);
  });
});
