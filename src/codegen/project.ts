/**
 * The generators bound to this repository: which files are read and which are made of them. The functions
 * only compute text; writing is up to `main.ts`. Paths are relative to `root`, the repository.
 *
 * There are two steps, because the registry imports what the first one generates: a new kind's folder
 * needs its `types.gen.ts` before the second step can load it.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindFolder, parseCrd } from './crd.ts';
import type { Crd } from './crd.ts';
import { rbacFile } from './rbac.ts';
import type { AuthorizedKind } from './rbac.ts';
import { referenceFile } from './reference.ts';
import type { Reasons } from './reference.ts';
import { typesFile } from './types.ts';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export interface CrdFile {
  /** File name below `crds/`. */
  readonly file: string;
  readonly crd: Crd;
}

export async function readCrds(root: string): Promise<CrdFile[]> {
  const names = (await readdir(join(root, 'crds'))).filter((name) => name.endsWith('.yaml')).toSorted();
  return Promise.all(
    names.map(async (file) => ({
      file,
      crd: parseCrd(await readFile(join(root, 'crds', file), 'utf8'), `crds/${file}`),
    })),
  );
}

/** Step 1, from the CRDs alone: the types of each kind. */
export async function generateTypes(crds: readonly CrdFile[]): Promise<GeneratedFile[]> {
  return Promise.all(
    crds.map(async ({ file, crd }) => ({
      path: `src/kinds/${kindFolder(crd.kind)}/types.gen.ts`,
      text: await typesFile(crd, `crds/${file}`),
    })),
  );
}

/** Step 2, from the CRDs and the code: the RBAC rules and the reference. */
export async function generateFromCode(root: string, crds: readonly CrdFile[]): Promise<GeneratedFile[]> {
  const registry = (await import('../kinds/index.ts')) as { readonly kinds: readonly AuthorizedKind[] };
  const common = (await import('../controller/reasons.ts')) as { readonly reasons: Reasons };
  const documented = await Promise.all(
    crds.map(async ({ file, crd }) => ({ file, crd, reasons: await reasonsOf(root, crd) })),
  );
  return [
    { path: 'deploy/chart/files/rbac.json', text: rbacFile(registry.kinds) },
    { path: 'crds/README.md', text: referenceFile(documented, common.reasons) },
  ];
}

/** Files whose text on disk is not what was generated. */
export async function staleFiles(root: string, files: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const fresh = await Promise.all(
    files.map(async ({ path, text }) => {
      const onDisk = join(root, path);
      return existsSync(onDisk) && (await readFile(onDisk, 'utf8')) === text;
    }),
  );
  return files.filter((_, index) => !fresh[index]);
}

/** A kind without reasons of its own has no such file. */
async function reasonsOf(root: string, crd: Crd): Promise<Reasons> {
  const folder = kindFolder(crd.kind);
  if (!existsSync(join(root, 'src/kinds', folder, 'reasons.ts'))) {
    return {};
  }
  const module = (await import(`../kinds/${folder}/reasons.ts`)) as { readonly reasons: Reasons };
  return module.reasons;
}
