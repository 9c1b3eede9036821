import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lookUpProcess } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';
import { runTier, type TierResult } from './run-tier.ts';
import type { Tier } from './tiers.ts';

jest.setTimeout(120_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vpe-operator-run-test-'));
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function run(counting: Tier['counting'], script: string, signal = new AbortController().signal) {
  const tier: Tier = { name: 'sample', command: ['node', '-e', script], counting };
  return runTier(tier, { root: process.cwd(), signal });
}

function counts({ passed, failed }: TierResult): string {
  return `${passed} passed, ${failed} failed`;
}

/** A stand-in for jest, which is told last where its report goes. */
function writesReport(report: object, exitCode: number): string {
  const path = `process.argv.at(-1).replace('--outputFile=', '')`;
  return `require('node:fs').writeFileSync(${path}, '${JSON.stringify(report)}'); process.exitCode = ${exitCode}`;
}

// Node would take jest's options for its own.
async function runAsJest(script: string): Promise<TierResult> {
  const tier: Tier = { name: 'sample', command: ['node', '-e', script, '--'], counting: 'jest' };
  return runTier(tier, { root: process.cwd(), signal: new AbortController().signal });
}

describe('a tier counts', () => {
  test.each([
    ['one check that passed', '', '1 passed, 0 failed'],
    ['one check that failed', 'process.exitCode = 3', '0 passed, 1 failed'],
    ['one check that was killed', 'process.kill(process.pid, "SIGKILL")', '0 passed, 1 failed'],
  ])('by its exit code: %s', async (_, script, expected) => {
    expect(counts(await run('exit-code', script))).toBe(expected);
  });

  test.each([
    [
      'what the last such line says',
      'console.log("1 passed, 1 failed\\nx\\n7 passed, 0 failed")',
      '7 passed, 0 failed',
    ],
    ['failures', 'console.log("7 passed, 2 failed"); process.exitCode = 1', '7 passed, 2 failed'],
    ['an end without that line', 'process.exitCode = 1', '0 passed, 1 failed'],
    [
      'a failure after that line',
      'console.log("7 passed, 0 failed"); process.exitCode = 1',
      '7 passed, 1 failed',
    ],
  ])('by its output: %s', async (_, script, expected) => {
    expect(counts(await run('last-line', script))).toBe(expected);
  });

  test.each([
    [
      'tests',
      { numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 0 },
      0,
      '5 passed, 0 failed',
    ],
    [
      'failures',
      { numPassedTests: 5, numFailedTests: 2, numRuntimeErrorTestSuites: 0 },
      1,
      '5 passed, 2 failed',
    ],
    [
      'a suite that does not load',
      { numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 1 },
      1,
      '5 passed, 1 failed',
    ],
    [
      'a coverage that is too low',
      { numPassedTests: 5, numFailedTests: 0, numRuntimeErrorTestSuites: 0 },
      1,
      '5 passed, 1 failed',
    ],
  ])("by jest's report: %s", async (_, report, exitCode, expected) => {
    expect(counts(await runAsJest(writesReport(report, exitCode)))).toBe(expected);
  });

  test('a jest that wrote no report as one failure', async () => {
    expect(counts(await runAsJest('process.exitCode = 1'))).toBe('0 passed, 1 failed');
  });
});

test('a tier whose program does not exist fails', async () => {
  const tier: Tier = { name: 'sample', command: ['no-such-program'], counting: 'exit-code' };
  const result = await runTier(tier, { root: process.cwd(), signal: new AbortController().signal });

  expect(counts(result)).toBe('0 passed, 1 failed');
});

test('a child reads no input and finds the tools of the project first', async () => {
  const script = `
    const input = require('node:fs').readFileSync(0, 'utf8');
    const first = process.env.PATH.split(':')[0];
    process.exitCode = input === '' && first === process.cwd() + '/node_modules/.bin' ? 0 : 1;
  `;

  expect(counts(await run('exit-code', script))).toBe('1 passed, 0 failed');
});

test('an abort ends a tier with all that it started', async () => {
  const pidFile = join(folder, 'pid');
  const script = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    require('node:fs').writeFileSync('${pidFile}', String(child.pid));
    setInterval(() => {}, 1000);
  `;
  const abort = new AbortController();
  const running = run('exit-code', script, abort.signal);
  const pid = await until(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')), {
    what: 'the tier has a child',
  });
  abort.abort();

  expect(counts(await running)).toBe('0 passed, 1 failed');
  await until(() => lookUpProcess(pid) === undefined, { what: 'the child of the tier has ended' });
});

test('an aborted tier that does not end in order is killed', async () => {
  const ready = join(folder, 'ready');
  const script = `
    process.on('SIGTERM', () => {});
    require('node:fs').writeFileSync('${ready}', '');
    setInterval(() => {}, 1000);
  `;
  const abort = new AbortController();
  const tier: Tier = { name: 'sample', command: ['node', '-e', script], counting: 'exit-code' };
  const running = runTier(tier, { root: process.cwd(), signal: abort.signal, graceMs: 50 });
  await until(() => existsSync(ready), { what: 'the tier ignores SIGTERM' });
  abort.abort();

  expect(counts(await running)).toBe('0 passed, 1 failed');
});
