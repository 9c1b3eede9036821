/**
 * The one control plane per user that `npm run cluster -- up` runs, as the other terminals see it: a small
 * file in a folder that only this user can enter, which lives as long as the process that wrote it.
 */
import { chmod, link, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive, lookUpProcess, type ProcessIdentity } from '../lib/process-table.ts';
import { tetherFolder } from '../lib/tether.ts';

export interface ClusterEnvironment {
  readonly kubeconfig: string;
  readonly bin: string;
}

export interface RunningCluster {
  /** Whom to signal: the process that runs `up`. */
  readonly process: ProcessIdentity;
  /** Absent while it is starting. */
  readonly environment?: ClusterEnvironment;
}

export interface Claim {
  announce(environment: ClusterEnvironment): Promise<void>;
  release(): Promise<void>;
}

/** `undefined` when none runs; what a process that was killed left behind does not count. */
export async function runningCluster(): Promise<RunningCluster | undefined> {
  const state = await readState(stateFile(await stateFolder()));
  return state !== undefined && isAlive(state.process) ? state : undefined;
}

/** Reserves the place for this process. Throws when another one holds it. */
export async function claimCluster(): Promise<Claim> {
  const file = stateFile(await stateFolder());
  const self = lookUpProcess(process.pid);
  if (self === undefined) {
    throw new Error('this process is not in the process table');
  }
  const state: RunningCluster = { process: { pid: self.pid, startTime: self.startTime } };
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(state), { mode: 0o600 });
  try {
    await claim(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  const untether = tetherFolder(file);
  return {
    announce: async (environment) => {
      await writeFile(draft, JSON.stringify({ ...state, environment }), { mode: 0o600 });
      await rename(draft, file);
    },
    release: async () => {
      await rm(file, { force: true });
      untether();
    },
  };
}

/** A link appears whole or not at all, and never replaces what is there. */
async function claim(draft: string, file: string): Promise<void> {
  const other = await readState(file);
  if (other !== undefined && !isAlive(other.process)) {
    await rm(file, { force: true });
  }
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    throw new Error(
      'a control plane already runs: use it with "npm run cluster -- env", or end it with "npm run cluster -- down"',
      { cause: error },
    );
  }
}

async function readState(file: string): Promise<RunningCluster | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunningCluster);
}

function stateFile(folder: string): string {
  return join(folder, 'cluster.json');
}

/** In a shared temporary folder the name is no secret: a folder that another user made first is refused. */
async function stateFolder(): Promise<string> {
  const user = process.getuid?.();
  const folder = join(process.env['XDG_RUNTIME_DIR'] || tmpdir(), `vpe-operator-${user ?? 'user'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (user !== undefined && found.uid !== user)) {
    throw new Error(`${folder} is not a folder of this user: set XDG_RUNTIME_DIR to a folder of your own`);
  }
  await chmod(folder, 0o700);
  return folder;
}
