/**
 * One long-running program of the control plane. It dies with this process, and its output is kept in a file
 * whose end becomes part of the error when it does not come up.
 */
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { spawnTethered } from '../lib/tether.ts';
import { until } from '../lib/until.ts';

const startMs = 120_000;
const graceMs = 5_000;

export type StopSignal = 'SIGTERM' | 'SIGKILL';

export interface DaemonOptions {
  readonly name: string;
  readonly program: string;
  readonly flags: readonly string[];
  readonly logFile: string;
}

export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** Resolves, never rejects, when the process is gone, whatever ended it. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The end of its output, for error messages. */
  lastOutput(): Promise<string>;
  /** Asks it to end, or does not ask, and insists after 5 s. Resolves when it is gone. */
  stop(signal?: StopSignal): Promise<void>;
}

export async function startDaemon({ name, program, flags, logFile }: DaemonOptions): Promise<Daemon> {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawnTethered(program, flags, { stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${name} has no pid`);
  }
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ended = hasEnded() ? Promise.resolve() : once(child, 'exit').then(() => undefined);
  return {
    name,
    pid,
    ended,
    hasEnded,
    lastOutput: async () => (await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join('\n'),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await Promise.race([ended, delay(graceMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Waits until `probe` says yes. When the daemon ends first, never answers, or the signal comes, it is
 * stopped, and the error holds the end of its output.
 */
export async function untilReady(
  daemon: Daemon,
  probe: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await until(async () => daemon.hasEnded() || signal?.aborted === true || probe(), {
      what: `${daemon.name} answers`,
      deadlineMs: startMs,
      everyMs: 100,
    });
    signal?.throwIfAborted();
    if (daemon.hasEnded()) {
      throw new Error('it has ended');
    }
  } catch (error) {
    await daemon.stop();
    signal?.throwIfAborted();
    throw new Error(`${daemon.name} did not start; its last output:\n${await daemon.lastOutput()}`, {
      cause: error,
    });
  }
}
