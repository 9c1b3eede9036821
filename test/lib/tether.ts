/**
 * Ties processes and folders to the life of this process, however it ends: SIGKILL included.
 *
 * One small watchdog process per process holds the read end of a pipe. The system closes the write end when
 * its owner dies, and then the watchdog kills what was registered and removes the registered folders. It
 * runs in a session of its own, so that neither a Ctrl-C nor a kill of the whole group takes it first.
 *
 * Guarantee: what `spawnTethered` and `makeTetheredFolder` made is gone soon after this process is.
 * Hazard: a `tetherFolder` that comes after the fact. A SIGKILL in between leaves the folder behind, and a busy
 * machine can stretch that moment to many milliseconds.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
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

/** Waits for one line on its descriptor 3, then becomes the program; ends when there is none to come. */
const gate = 'read -r line <&3 || exit; exec "$@" 3<&-';

export interface TetheredSpawnOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** It leads a process group of its own, and all of the group is killed. */
  readonly detached?: boolean;
  readonly stdio: readonly ['ignore' | 'pipe', 'ignore' | 'pipe' | number, 'ignore' | 'pipe' | number];
}

/**
 * Starts a program that is killed when this process ends. It is held at a gate until the watchdog has been
 * told of it, so that there is no moment without; when that fails it is not started, and the exit code is 1. A
 * program that cannot be run is an exit code, too: 127 when it is not there, else 126.
 */
export function spawnTethered(
  program: string,
  parameters: readonly string[],
  { stdio, ...options }: TetheredSpawnOptions,
): ChildProcess {
  const child = spawn('/bin/sh', ['-c', gate, 'sh', program, ...parameters], {
    ...options,
    stdio: [...stdio, 'pipe'],
  });
  const line = child.stdio[3] as Writable;
  // It may end before it reads.
  line.on('error', () => undefined);
  tetherProcess(child, options.detached ?? false, (error) => {
    if (error === undefined || error === null) {
      line.end('\n');
      return;
    }
    // Somebody ended the watchdog: better no program than one that nothing would end.
    process.emitWarning(`${program} is not started: it cannot be tethered (${error.message})`);
    line.end();
  });
  return child;
}

type OnSent = (error?: Error | null) => void;

function tetherProcess(child: ChildProcess, group: boolean, onTethered: OnSent): void {
  const entry = child.pid === undefined ? undefined : lookUpProcess(child.pid);
  if (entry === undefined) {
    return;
  }
  const { pid, startTime } = entry;
  order({ tether: 'process', process: { pid, startTime }, group }, onTethered);
  child.once('exit', () => order({ release: 'process', pid }));
}

export interface TetheredFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a new folder, whose path begins with `prefix`, for this user only. */
export async function makeTetheredFolder(prefix: string): Promise<TetheredFolder> {
  const path = `${prefix}${randomBytes(6).toString('hex')}`;
  const untether = tetherFolder(path);
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      untether();
    },
  };
}

/** Removes the file or folder when this process ends. Returns how to take that back. */
export function tetherFolder(path: string): () => void {
  order({ tether: 'folder', path });
  return () => order({ release: 'folder', path });
}

/** Calls back once the order is out of this process: without an error it is then obeyed whatever becomes of us. */
function order(line: TetherOrder, onSent?: OnSent): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${JSON.stringify(line)}\n`, onSent);
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
