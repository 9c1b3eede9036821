/** etcd, reached through a socket file only: no port to collide on, and nobody else on the machine can read it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { compact } from './compaction.ts';
import { startDaemon, untilReady, type Daemon } from './daemon.ts';

export interface Etcd extends Daemon {
  /** As `--etcd-servers` takes it. */
  readonly url: string;
  /**
   * Forgets all history before the present revision, which it returns. An API server that is running still has
   * recent history in its own cache; one that starts afterwards answers 410 to a watch from an older version.
   */
  compact(): Promise<number>;
}

export interface EtcdOptions {
  readonly program: string;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** A socket's path has 104 bytes on macOS and 108 on Linux. */
const longestFolder = 85;

export async function startEtcd({ program, folder, signal }: EtcdOptions): Promise<Etcd> {
  const socket = join(folder, 'etcd.sock');
  const url = `unix://${socket}`;
  if (folder.length > longestFolder) {
    throw new Error(`${folder} is too long for the path of a socket: set TMPDIR to a shorter folder`);
  }
  // A single member dials nobody: what it advertises only has to be well formed, as host and port.
  const advertised = 'unix://localhost:1';
  const daemon = await startDaemon({
    name: 'etcd',
    program,
    logFile: join(folder, 'etcd.log'),
    flags: [
      '--name=only',
      `--data-dir=${join(folder, 'etcd')}`,
      // What it holds is thrown away with it.
      '--unsafe-no-fsync',
      '--log-level=warn',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${advertised}`,
      `--listen-peer-urls=unix://${join(folder, 'etcd-peer.sock')}`,
      `--initial-advertise-peer-urls=${advertised}`,
      `--initial-cluster=only=${advertised}`,
    ],
  });
  // It opens the socket when it is ready to serve.
  await untilReady(daemon, async () => exists(socket), signal);
  return { ...daemon, url, compact: async () => compact(socket) };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
