/**
 * Runs one tier as a child process with its output passed on, and counts. The child leads a process group of
 * its own: when `signal` aborts, or this process dies, all of the group ends.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeTetheredFolder, spawnTethered } from '../lib/tether.ts';
import { signalGroup } from '../lib/signal-group.ts';
import type { Tier } from './tiers.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

export interface TierResult extends Count {
  readonly name: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  /** How long an aborted tier has to end in order before it is killed. */
  readonly graceMs?: number;
}

export async function runTier(tier: Tier, options: RunOptions): Promise<TierResult> {
  const startMs = performance.now();
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-run-'));
  try {
    const count = await countOf(tier, options, join(folder.path, 'jest.json'));
    return { name: tier.name, ...count, seconds: (performance.now() - startMs) / 1000 };
  } finally {
    await folder.remove();
  }
}

async function countOf(tier: Tier, options: RunOptions, jestReport: string): Promise<Count> {
  const report = tier.counting === 'jest' ? ['--json', `--outputFile=${jestReport}`] : [];
  const [program, ...args] = tier.command;
  const { exitCode, output } = await runChild(program, [...args, ...report], options);
  const ok = exitCode === 0;
  const counted = await {
    'exit-code': async () => undefined,
    'last-line': async () => countInText(output),
    jest: async () => countInReport(jestReport),
  }[tier.counting]();
  if (counted === undefined) {
    return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  // A tier may fail without a failed test: a crash, an unhandled error, a suite that does not load.
  return { ...counted, failed: ok ? counted.failed : Math.max(counted.failed, 1) };
}

async function runChild(
  program: string,
  args: readonly string[],
  { root, signal, graceMs = 15_000 }: RunOptions,
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawnTethered(program, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter) },
    stdio: ['ignore', 'pipe', 2],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const output = passOn(child);
  const onAbort = (): void => {
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    child.once('close', () => clearTimeout(timer));
  };
  if (signal.aborted) {
    onAbort();
  }
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [exitCode] = await closed;
    return { exitCode, output: output() };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Shows the child's output as it comes and keeps it. */
function passOn(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function countInText(output: string): Count | undefined {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed\b/gm)].at(-1);
  return last && { passed: Number(last[1]), failed: Number(last[2]) };
}

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** `undefined` when jest ended before it could write. */
async function countInReport(path: string): Promise<Count | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  const report = JSON.parse(text) as JestReport;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  };
}
