import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { kinds } from '../src/kinds/index.ts';
import { kindFolder } from '../src/codegen/crd.ts';
import { repositoryPath } from './lib/repository.ts';

/** Every run of the generator loads all of the operator's code. */
jest.setTimeout(120_000);

const generated = [
  ...kinds.map(({ type }) => `src/kinds/${kindFolder(type.kind)}/types.gen.ts`),
  'deploy/chart/files/rbac.json',
  'crds/README.md',
];

interface Run {
  readonly status: number | null;
  readonly stdout: string;
}

/** The generator in a process of its own: prettier, which it uses, does not load in jest's CommonJS mode. */
function generate(root: string, ...args: string[]): Run {
  const main = repositoryPath('src', 'codegen', 'main.ts');
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { status, stdout };
}

test('every generated file is what the generator makes now', () => {
  expect(generate(process.cwd(), '--check')).toEqual({ status: 0, stdout: '' });
});

describe('in a copy of the project', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(realpathSync(tmpdir()), 'vpe-operator-generated-'));
    for (const folder of ['crds', 'deploy/chart/files', 'src/kinds']) {
      cpSync(repositoryPath(folder), join(root, folder), { recursive: true });
    }
    generate(root);
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test.each(generated)('the check names %s when it is stale, and generating mends it', (path) => {
    const fresh = readFileSync(join(root, path), 'utf8');
    appendFileSync(join(root, path), '\n');

    expect(generate(root, '--check')).toEqual({
      status: 1,
      stdout: `stale: ${path} (run npm run generate)\n`,
    });
    expect(generate(root)).toEqual({ status: 0, stdout: `wrote ${path}\n` });
    expect(readFileSync(join(root, path), 'utf8')).toBe(fresh);
  });

  test('the check writes nothing', () => {
    rmSync(join(root, 'deploy/chart/files/rbac.json'));

    expect(generate(root, '--check').status).toBe(1);
    expect(existsSync(join(root, 'deploy/chart/files/rbac.json'))).toBe(false);
  });

  test('a new definition gets its types before any code of its kind exists', () => {
    writeFileSync(
      join(root, 'crds', 'widgets.yaml'),
      `
kind: CustomResourceDefinition
spec:
  group: vpe-operator.io
  scope: Namespaced
  names: { kind: SmallWidget, plural: smallwidgets }
  versions:
    - name: v1alpha1
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
`,
    );

    const types = 'src/kinds/small-widget/types.gen.ts';
    expect(generate(root, '--check')).toEqual({
      status: 1,
      stdout: `stale: ${types} (run npm run generate)\n`,
    });
    expect(generate(root).stdout).toBe(`wrote ${types}\nwrote crds/README.md\n`);
    expect(readFileSync(join(root, types), 'utf8')).toContain('readonly size?: number;');
    expect(readFileSync(join(root, 'crds/README.md'), 'utf8')).toContain('## SmallWidget');
  });
});
