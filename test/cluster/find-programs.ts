/**
 * Finds the programs of the control plane, each by itself and version checked, in this order: the folder in
 * `KUBEBUILDER_ASSETS`, the cache, the envtest release archive, a build with Go. What is downloaded or built
 * goes into the cache.
 *
 * Guarantees: every path returned is a program that ran and told an accepted version. When some program
 * cannot be had there is one error, which names what was tried and what to install or set.
 */
import { join, resolve } from 'node:path';
import { types } from 'node:util';

import { addToCache, cacheFolder, withCacheLock } from './cache.ts';
import {
  envtestArchive,
  envtestPrograms,
  envtestVersion,
  unpackArchive,
  type Archive,
} from './envtest-archive.ts';
import { buildWithGo } from './go-build.ts';
import { programNames, refusal, type ProgramName } from './programs.ts';
import { withProgress, type OnProgress } from './progress.ts';

export type ProgramPaths = Readonly<Record<ProgramName, string>>;

export interface FindOptions {
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  /** The release archive to download; by default the one for this platform. */
  readonly archive?: Archive;
}

interface Search {
  readonly environment: NodeJS.ProcessEnv;
  readonly cache: string;
  readonly archive: Archive | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
  readonly found: Map<ProgramName, string>;
  /** One line per way that did not lead to a program that is still missing. */
  readonly reasons: string[];
}

export async function findPrograms({
  onProgress,
  signal,
  environment = process.env,
  archive = envtestArchive(process.platform, process.arch),
}: FindOptions): Promise<ProgramPaths> {
  const cache = cacheFolder(environment);
  const search: Search = { environment, cache, archive, onProgress, signal, found: new Map(), reasons: [] };
  await lookInAssets(search);
  await lookInCache(search);
  if (missing(search).length > 0) {
    await withCacheLock(cache, { onProgress, signal }, async () => {
      await lookInCache(search);
      await fillCache(search);
    });
  }
  return Object.fromEntries(search.found) as ProgramPaths;
}

function missing({ found }: Search): ProgramName[] {
  return programNames.filter((name) => !found.has(name));
}

async function lookInAssets(search: Search): Promise<void> {
  const folder = search.environment['KUBEBUILDER_ASSETS'];
  if (!folder) {
    search.reasons.push('KUBEBUILDER_ASSETS is not set');
    return;
  }
  const refused = await lookIn(folder, search);
  search.reasons.push(...refused.map((line) => `KUBEBUILDER_ASSETS: ${line}`));
  // Somebody who set the variable wants to hear that one of its programs is passed over.
  for (const line of refused.filter((text) => !text.endsWith('is not there'))) {
    search.onProgress(`KUBEBUILDER_ASSETS: ${line}`);
  }
}

async function lookInCache(search: Search): Promise<void> {
  await lookIn(search.cache, search);
}

/** Notes which missing programs `folder` holds, and returns why the others were refused. */
async function lookIn(folder: string, search: Search): Promise<string[]> {
  const refused: string[] = [];
  await Promise.all(
    missing(search).map(async (name) => {
      const path = resolve(folder, name);
      const reason = await refusal(name, path);
      if (reason === undefined) {
        search.found.set(name, path);
      } else {
        refused.push(`${path} ${reason}`);
      }
    }),
  );
  return refused;
}

/** Downloads and builds what is missing. Throws the one error when that fails. */
async function fillCache(search: Search): Promise<void> {
  const { environment, signal } = search;
  await download(search);
  for (const name of missing(search)) {
    try {
      await withProgress(search.onProgress, `building ${name} with Go (once per machine)`, async () =>
        make(search, [name], async (folder) => buildWithGo(name, { folder, environment, signal })),
      );
    } catch (error) {
      signal?.throwIfAborted();
      search.reasons.push(`Go: ${describe(error)}`);
      throw unavailable(search, error);
    }
  }
}

async function download(search: Search): Promise<void> {
  const { archive, onProgress, signal } = search;
  const wanted = missing(search).filter((name) => envtestPrograms.includes(name));
  if (wanted.length === 0) {
    return;
  }
  if (archive === undefined) {
    search.reasons.push(`envtest has no release for ${process.platform} ${process.arch}`);
    return;
  }
  try {
    await withProgress(onProgress, `downloading ${wanted.join(', ')} (envtest ${envtestVersion})`, async () =>
      make(search, wanted, async (folder) => unpackArchive(archive, folder, signal)),
    );
  } catch (error) {
    signal?.throwIfAborted();
    search.reasons.push(`envtest release: ${describe(error)}`);
    onProgress(`the envtest release cannot be had: ${describe(error)}`);
  }
}

/** Lets `work` put the named programs into a temporary folder, and takes those that run into the cache. */
async function make(
  search: Search,
  names: readonly ProgramName[],
  work: (folder: string) => Promise<void>,
): Promise<void> {
  await addToCache(search.cache, async (folder) => {
    await work(folder);
    for (const name of names) {
      const reason = await refusal(name, join(folder, name));
      if (reason !== undefined) {
        throw new Error(`${name} ${reason}`);
      }
    }
    return names;
  });
  for (const name of names) {
    search.found.set(name, join(search.cache, name));
  }
}

function unavailable(search: Search, cause: unknown): Error {
  const lines = [
    `the control plane needs ${missing(search).join(', ')}, which could neither be found nor made:`,
    ...search.reasons.map((reason) => `  - ${reason.replaceAll('\n', '\n    ')}`),
    `  - nothing fitting in the cache ${search.cache}`,
    'Install Go (https://go.dev/dl/) and let it reach a module proxy (GOPROXY), or set KUBEBUILDER_ASSETS to a ' +
      'folder that holds these programs.',
  ];
  return new Error(lines.join('\n'), { cause });
}

/** What fetch calls "fetch failed" says more in its cause. */
function describe(error: unknown): string {
  if (!types.isNativeError(error)) {
    return String(error);
  }
  return types.isNativeError(error.cause) ? `${error.message}: ${error.cause.message}` : error.message;
}
