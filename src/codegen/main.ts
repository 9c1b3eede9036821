/**
 * `npm run generate`: writes every generated file. With `--check` it writes nothing, names each stale file
 * and exits 1 if there is one. Run in the repository.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateFromCode, generateTypes, readCrds, staleFiles } from './project.ts';
import type { GeneratedFile } from './project.ts';

async function write(root: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, text } of await staleFiles(root, files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

async function generate(root: string): Promise<void> {
  const crds = await readCrds(root);
  await write(root, await generateTypes(crds));
  await write(root, await generateFromCode(root, crds));
}

/** Stale types are reported alone: the code that imports them might not even load. */
async function check(root: string): Promise<void> {
  const crds = await readCrds(root);
  const staleTypes = await staleFiles(root, await generateTypes(crds));
  const stale =
    staleTypes.length > 0 ? staleTypes : await staleFiles(root, await generateFromCode(root, crds));
  for (const { path } of stale) {
    console.log(`stale: ${path} (run npm run generate)`);
  }
  process.exitCode = stale.length > 0 ? 1 : 0;
}

const root = process.cwd();
await (process.argv.includes('--check') ? check(root) : generate(root));
