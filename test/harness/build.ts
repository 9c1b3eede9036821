/** Makes sure that `dist/` is what `src/` says, for tests that run the built operator. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { repositoryPath } from '../lib/repository.ts';

/** Builds unless every built file is younger than every source. `npm test` has built before; jest alone has not. */
export async function ensureBuilt(): Promise<void> {
  const root = process.cwd();
  const sources = [...(await timesOf(join(root, 'src'), '.ts')), await timeOf(join(root, 'package.json'))];
  const built = await timesOf(join(root, 'dist'), '.js');
  if (built.length === 0 || Math.max(...sources) > Math.min(...built)) {
    const tsc = repositoryPath('node_modules', '.bin', 'tsc');
    await promisify(execFile)(tsc, ['-p', repositoryPath('tsconfig.build.json')]);
  }
}

async function timesOf(folder: string, ending: string): Promise<readonly number[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return Promise.all(
    entries.filter((path) => path.endsWith(ending)).map(async (path) => timeOf(join(folder, path))),
  );
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}
