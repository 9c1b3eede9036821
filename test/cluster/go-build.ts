/**
 * Builds a program from the Go modules that `go/` pins. Go itself finds, checks (`go.sum`) and keeps the
 * sources. Nothing that Go starts outlives an abort or the death of this process.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { repositoryPath } from '../lib/repository.ts';
import { spawnTethered } from '../lib/tether.ts';
import { programs, type ProgramName } from './programs.ts';

/** What a shell says of a program that is not there. */
const notFound = 127;

export interface GoBuildOptions {
  /** Where the program is put, under its own name. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

export async function buildWithGo(name: ProgramName, options: GoBuildOptions): Promise<void> {
  const { signal } = options;
  signal?.throwIfAborted();
  const go = startGo(name, options);
  const errors = go.stderr === null ? '' : text(go.stderr);
  const endGroup = (): void => killGroup(go);
  signal?.addEventListener('abort', endGroup, { once: true });
  try {
    const [code] = (await once(go, 'close')) as [number | null];
    signal?.throwIfAborted();
    if (code === notFound) {
      throw new Error('there is no go on the PATH');
    }
    if (code !== 0) {
      throw new Error(`go build of ${name} failed:\n${lastLines(await errors)}`);
    }
  } finally {
    signal?.removeEventListener('abort', endGroup);
  }
}

function startGo(name: ProgramName, { folder, environment }: GoBuildOptions): ChildProcess {
  const { build } = programs[name];
  const linkerFlags = ['-s', '-w', ...build.variables.flatMap((variable) => ['-X', variable])].join(' ');
  const output = join(folder, name);
  return spawnTethered('go', ['build', '-trimpath', '-ldflags', linkerFlags, '-o', output, build.package], {
    cwd: repositoryPath('test', 'cluster', 'go', build.module),
    // The user's own flags and workspace are for other code.
    env: { ...environment, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
    // A group of its own: the compilers and linkers of a killed Go would go on.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) {
    process.kill(-pid, 'SIGKILL');
  }
}

/** Go says what failed at the end, after a line per download. */
function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  return lines.slice(-5).join('\n');
}
