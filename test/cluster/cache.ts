/**
 * The cache of programs, one folder per set of pinned versions and platform, kept between runs and shared
 * by every checkout of one user.
 *
 * A program appears in it complete or not at all: it is made in a temporary folder beside and renamed into
 * place. A lock keeps two processes from making the same program twice; it only saves work, so that its weak
 * moments (a holder that was stopped for longer than `staleMs`; two waiters that find it stale in the same
 * instant) can cost a build, never a sound cache.
 */
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { makeTetheredFolder, tetherFolder } from '../lib/tether.ts';
import { etcdVersion, helmVersion, kubernetesVersion } from './programs.ts';
import { withProgress, type OnProgress } from './progress.ts';

const heartbeatMs = 2_000;
const staleMs = 20_000;
const pollMs = 200;
const making = '.making-';

export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const versions = `kubernetes-${kubernetesVersion}_etcd-${etcdVersion}_helm-${helmVersion}`;
  return join(base, 'vpe-operator', `${versions}_${process.platform}-${process.arch}`);
}

export interface LockOptions {
  /** Hears of waiting for another process. */
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

/** Runs `work` while no other process does so for the same folder. */
export async function withCacheLock<T>(
  folder: string,
  { onProgress, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, '.lock');
  if (!(await take(lock))) {
    await withProgress(onProgress, `waiting for another process that fills ${folder}`, async () => {
      while (!(await take(lock))) {
        await delay(pollMs, undefined, signal === undefined ? {} : { signal });
      }
    });
  }
  const untether = tetherFolder(lock);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, heartbeatMs);
  try {
    await removeLeftovers(folder);
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(lock, { force: true });
    untether();
  }
}

async function take(lock: string): Promise<boolean> {
  await removeWhenStale(lock);
  try {
    await writeFile(lock, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function removeWhenStale(lock: string): Promise<void> {
  const modified = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (modified !== undefined && Date.now() - modified > staleMs) {
    await rm(lock, { force: true });
  }
}

/** What a process left that was killed together with its watchdog. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(making)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Lets `make` write into a temporary folder, then moves what it names into the cache at once. */
export async function addToCache(
  folder: string,
  make: (temporary: string) => Promise<readonly string[]>,
): Promise<void> {
  const temporary = await makeTetheredFolder(join(folder, making));
  try {
    for (const name of await make(temporary.path)) {
      await rename(join(temporary.path, name), join(folder, name));
    }
  } finally {
    await temporary.remove();
  }
}
