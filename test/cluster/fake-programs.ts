/**
 * A machine for the search for programs: folders of its own for the cache, `KUBEBUILDER_ASSETS` and the PATH,
 * with scripts in them that pass for the real programs and for Go.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cacheFolder } from './cache.ts';
import type { ProgramPaths } from './find-programs.ts';
import { programNames, type ProgramName } from './programs.ts';

const current: Readonly<Record<ProgramName, string>> = {
  etcd: 'etcd Version: 3.6.8',
  'kube-apiserver': 'Kubernetes v1.36.3',
  'kube-controller-manager': 'Kubernetes v1.36.3',
  kubectl: 'Client Version: v1.36.3',
  helm: 'v4.3.1',
};

export interface Machine {
  /** Holds all the others. */
  readonly folder: string;
  readonly assets: string;
  readonly cache: string;
  /** All that is on the PATH. */
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function makeMachine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'find-programs-'));
  const path = join(folder, 'path');
  const environment = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: path };
  const machine = {
    folder,
    assets: join(folder, 'assets'),
    cache: cacheFolder(environment),
    path,
    environment,
  };
  for (const each of [machine.assets, machine.cache, path]) {
    mkdirSync(each, { recursive: true });
  }
  return machine;
}

export function allIn(where: string): ProgramPaths {
  return Object.fromEntries(programNames.map((name) => [name, join(where, name)])) as ProgramPaths;
}

/** Writes a shell script that can be run. */
export function putScript(file: string, lines: string): void {
  writeFileSync(file, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}

/** Programs that tell a version, by default an accepted one, and can do nothing else. */
export function put(
  where: string,
  names: readonly ProgramName[],
  versions: Partial<typeof current> = {},
): void {
  for (const name of names) {
    putScript(join(where, name), `echo "${versions[name] ?? current[name]}"`);
  }
}

/** A `go` that "builds" in an instant a program that tells the right version, and notes what it built. */
export function putGo({ folder, path }: Machine, before = ''): void {
  const cases = programNames.map((name) => `  */${name}) version="${current[name]}";;`).join('\n');
  putScript(
    join(path, 'go'),
    `PATH=/usr/bin:/bin
while [ "$1" != -o ]; do shift; done
echo "$2" >>"${folder}/built"
${before}
case "$2" in\n${cases}\nesac
printf '#!/bin/sh\\necho "%s"\\n' "$version" >"$2"
chmod +x "$2"`,
  );
}

/** The names of what that `go` was asked to build, in order. */
export function built({ folder }: Machine): string[] {
  const file = join(folder, 'built');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => line.slice(line.lastIndexOf('/') + 1));
}
