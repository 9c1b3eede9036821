/**
 * Ties processes and folders to the life of this process, however it ends: SIGKILL included.
 *
 * One small watchdog process per process holds the read end of a pipe. The system closes the write end when
 * its owner dies, and then the watchdog kills what was registered and removes the registered folders. It
 * runs in a session of its own, so that neither a Ctrl-C nor a kill of the whole group takes it first.
 *
 * Guarantee: what is registered is gone soon after this process is. Hazard: a child is registered just after
 * it was spawned; a SIGKILL in between (well under a millisecond) leaves it behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';

import { lookUpProcess, type ProcessIdentity } from './process-table.ts';
import { repositoryPath } from './repository.ts';

/** One line on the pipe to the watchdog. */
export type TetherOrder =
  | { readonly tether: 'process'; readonly process: ProcessIdentity; readonly group: boolean }
  | { readonly tether: 'folder'; readonly path: string }
  | { readonly release: 'process'; readonly pid: number }
  | { readonly release: 'folder'; readonly path: string };

let watchdog: Writable | undefined;

export interface TetherOptions {
  /** The child was spawned `detached` and leads a process group: all of the group is killed. */
  readonly group?: boolean;
}

/** Kills `child` when this process ends. Call it in the same turn as `spawn`. */
export function tetherProcess(child: ChildProcess, { group = false }: TetherOptions = {}): void {
  const entry = child.pid === undefined ? undefined : lookUpProcess(child.pid);
  if (entry === undefined) {
    return;
  }
  const { pid, startTime } = entry;
  order({ tether: 'process', process: { pid, startTime }, group });
  child.once('exit', () => order({ release: 'process', pid }));
}

/** Removes the file or folder when this process ends. Returns how to take that back. */
export function tetherFolder(path: string): () => void {
  order({ tether: 'folder', path });
  return () => order({ release: 'folder', path });
}

function order(line: TetherOrder): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${JSON.stringify(line)}\n`);
}

function startWatchdog(): Writable {
  const child = spawn(process.execPath, [repositoryPath('test', 'lib', 'tether-watchdog.ts')], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Somebody who ends the watchdog must not end its owner with an EPIPE.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  const pipe: Writable & { unref?: () => void } = child.stdin;
  pipe.unref?.();
  return pipe;
}
