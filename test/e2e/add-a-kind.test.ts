/**
 * Adding a kind takes one CRD, one folder and one line in the registry; everything else is generated or follows. The
 * throw-away kind of `fourth-kind/` is added to a copy of the repository. Its sources end in `.txt`, so that here
 * nobody takes them for ours.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { repositoryPath } from '../lib/repository.ts';

jest.setTimeout(300_000);

/** The copy. */
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(await realpath(tmpdir()), 'vpe-operator-fourth-kind-'));
  await copyRepository();
  await addFourthKind();
});

afterAll(async () => rm(root, { recursive: true, force: true }));

/** What is committed, and what would be: no build, no modules. */
async function copyRepository(): Promise<void> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    maxBuffer: 16 * 1024 * 1024,
  });
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    // A file that somebody has deleted without telling git is no part of the work tree.
    await cp(path, join(root, path), { recursive: true }).catch(ignoreAbsence);
  }
  await symlink(repositoryPath('node_modules'), join(root, 'node_modules'));
}

function ignoreAbsence(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
    throw error;
  }
}

async function addFourthKind(): Promise<void> {
  const folder = repositoryPath('test', 'e2e', 'fourth-kind');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const from = join(entry.parentPath, entry.name);
    const to = join(root, from.slice(folder.length).replace(/\.txt$/, ''));
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to);
  }
  await edit('src/kinds/index.ts', (text) =>
    text
      .replace(/^import \{ endpointGateway \}.*$/m, "$&\nimport { vpcReport } from './vpc-report/index.ts';")
      .replace(/\[endpointGateway\b/, '[vpcReport, endpointGateway'),
  );
  // Not of the product: where the contract test of all kinds finds examples of each.
  await edit('test/kinds/generators.ts', (text) =>
    text
      .replace(
        /^import \* as endpointGateway.*$/m,
        "$&\nimport * as vpcReport from './vpc-report/generator.ts';",
      )
      .replace(/^ {2}EndpointGateway:/m, '  VpcReport: vpcReport,\n$&'),
  );
}

async function textOf(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await textOf(path);
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(join(root, path), after);
}

/** What a program of the copy says when it fails; nothing when it ends well. */
async function complaint(program: string, ...args: string[]): Promise<string> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(':');
  try {
    await promisify(execFile)(program, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      maxBuffer: 64 * 1024 * 1024,
    });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${(error as Error).message}\n${stdout}${stderr}`;
  }
}

test('the generators make its types, its rules and its reference', async () => {
  expect(await complaint(process.execPath, 'src/codegen/main.ts')).toBe('');

  expect(await textOf('src/kinds/vpc-report/types.gen.ts')).toContain('interface VpcReportSpec');
  expect(await textOf('crds/README.md')).toContain('VpcReport');
  const rules = JSON.parse(await textOf('deploy/chart/files/rbac.json')) as {
    cluster: { clusterRole: readonly { resources: readonly string[] }[] };
  };
  const resources = rules.cluster.clusterRole.flatMap((rule) => rule.resources);
  expect(resources).toEqual(
    expect.arrayContaining(['vpcreports', 'vpcreports/status', 'vpcreports/finalizers', 'endpointgateways']),
  );
});

test('the copy type-checks and builds', async () => {
  expect(await complaint('tsc', '--noEmit')).toBe('');
  expect(await complaint('tsc', '-p', 'tsconfig.build.json')).toBe('');
});

test('it holds to the architecture and to what is expected of every kind', async () => {
  const patterns = [
    'test/architecture',
    'test/generated',
    'test/crds',
    'test/codegen',
    'test/kinds/contract',
  ];
  expect(await complaint('jest', ...patterns)).toBe('');
});
