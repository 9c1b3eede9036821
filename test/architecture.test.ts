import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, type SourceFile } from './architecture/imports.ts';
import { rules, violations } from './architecture/rules.ts';

function sources(root: string): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
}

test('src keeps every rule of the architecture', () => {
  expect(violations(sources(process.cwd()))).toEqual([]);
});

test('the imports of a file are read in all their forms', () => {
  const text = `
import axios from 'axios';
import type { A } from './a.ts';
import { type B, type C } from '../b/b.ts';
import { d, type E } from './d.ts';
import {
  f,
  g,
} from './f.ts';
import './side-effect.ts';
export { h } from './h.ts';
export type { I } from './i.ts';
// import { no } from './commented.ts';
const lazy = await import('./lazy.ts');
export const j = 'from';
`;

  expect(importsOf({ path: 'src/x/y.ts', text }).map(({ target, typeOnly }) => [target, typeOnly])).toEqual([
    ['axios', false],
    ['src/x/a.ts', true],
    ['src/b/b.ts', true],
    ['src/x/d.ts', false],
    ['src/x/f.ts', false],
    ['src/x/side-effect.ts', false],
    ['src/x/h.ts', false],
    ['src/x/i.ts', true],
    ['src/x/lazy.ts', false],
  ]);
});

describe('the checker finds', () => {
  const layers = 'imports point down the layers';
  const purity = 'plans, reports and verdicts are pure';
  const environment = 'only src/config.ts reads the environment';
  const entry = 'import.meta and top-level await are for entries';
  const clock = 'time comes from the injected clock';
  const budget = 'files have at most 250 lines';
  const plan = 'src/kinds/thing/plan.ts';

  const broken: readonly (readonly [what: string, files: Record<string, string>, ...found: string[]])[] = [
    [
      'an import upwards, even of a type',
      { 'src/kube/store.ts': "import type { Kind } from '../controller/kind.ts';" },
      `src/kube/store.ts: imports '../controller/kind.ts'; kube may import lib (${layers})`,
    ],
    [
      'siblings that know each other',
      { 'src/probe/dns.ts': "import { vpc } from '../cloud/vpc.ts';" },
      `src/probe/dns.ts: imports '../cloud/vpc.ts'; probe may import lib (${layers})`,
    ],
    [
      'an import of a generator',
      { 'src/log.ts': "import { rbac } from './codegen/rbac.ts';" },
      `src/log.ts: imports './codegen/rbac.ts'; log may import lib (${layers})`,
    ],
    [
      'an import of the entry, or of what only the entry may know',
      { 'src/shell/operator.ts': "import './../main.ts';\nimport { x } from '../config.ts';" },
      `src/shell/operator.ts: imports './../main.ts'; shell may import kinds, controller, kube, cloud, probe, lib (${layers})`,
      `src/shell/operator.ts: imports '../config.ts'; shell may import kinds, controller, kube, cloud, probe, lib (${layers})`,
    ],
    [
      'a room outside the table',
      { 'src/util/strings.ts': '' },
      `src/util/strings.ts: the layer table does not know src/util (${layers})`,
    ],
    [
      'a plan that loads a package',
      { [plan]: "import axios from 'axios';" },
      `${plan}: imports 'axios' (${purity})`,
    ],
    [
      'a plan that loads a Node module',
      { [plan]: "import { createHash } from 'node:crypto';\nimport { lookup } from 'node:dns';" },
      `${plan}: imports 'node:dns' (${purity})`,
    ],
    [
      'a plan that loads a client',
      {
        [plan]: "import type { Vpc } from '../../cloud/vpc.ts';\nimport { get } from '../../cloud/get.ts';",
        'src/cloud/get.ts': '',
      },
      `${plan}: imports '../../cloud/get.ts' (${purity})`,
    ],
    [
      'a plan that loads I/O through another file',
      { [plan]: "import { name } from './name.ts';", 'src/kinds/thing/name.ts': "import fs from 'node:fs';" },
      `${plan}: loads 'node:fs' through src/kinds/thing/name.ts (${purity})`,
    ],
    [
      'an environment variable',
      { 'src/cloud/http.ts': 'const proxy = process.env.HTTPS_PROXY;' },
      `src/cloud/http.ts: uses process.env (${environment})`,
    ],
    [
      'import.meta in a file that tests load',
      { 'src/kube/store.ts': 'const here = import.meta.dirname;' },
      `src/kube/store.ts: uses import.meta (${entry})`,
    ],
    [
      'top-level await in a file that tests load',
      { 'src/kube/store.ts': 'export const version = await load();\nasync function a() {\n  await b();\n}' },
      `src/kube/store.ts: uses export const version = await (${entry})`,
    ],
    [
      'a reading of the time',
      {
        'src/kube/backoff.ts':
          'const now = Date.now();\nconst fixed = new Date(now);\n// Date.now is fine here',
      },
      `src/kube/backoff.ts: uses Date.now (${clock})`,
    ],
    [
      'a timer of its own',
      { 'src/kube/backoff.ts': 'setTimeout(run, 5);\nconst today = new Date();' },
      `src/kube/backoff.ts: uses setTimeout (${clock})`,
      `src/kube/backoff.ts: uses new Date() (${clock})`,
    ],
    [
      'a long file, unless it is generated',
      { 'src/lib/long.ts': '\n'.repeat(251), 'src/kinds/thing/types.gen.ts': '\n'.repeat(251) },
      `src/lib/long.ts: has 251 lines (${budget})`,
    ],
  ];

  test.each(broken)('%s', (_, files, ...found) => {
    expect(violations(Object.entries(files).map(([path, text]) => ({ path, text })))).toEqual(found);
  });

  test('a violation of every rule in this table', () => {
    const shown = broken.flatMap(([, , ...found]) => found).join('\n');

    expect(rules.map((rule) => rule.name).filter((name) => !shown.includes(name))).toEqual([]);
  });
});

test('the checker lets the entries and the clock be what they are', () => {
  const good = {
    'src/main.ts': "import { kinds } from './operate.ts';\nawait run(import.meta.dirname);",
    'src/config.ts': 'export const path = process.env.VPE_OPERATOR_CONFIG;',
    'src/lib/clock.ts': 'export const now = () => Date.now();\nsetTimeout(now, new Date());',
    'src/kinds/thing/plan.ts': "import { reasons } from '../../controller/reasons.ts';",
    'src/controller/reasons.ts': 'export const reasons = {};',
  };

  expect(violations(Object.entries(good).map(([path, text]) => ({ path, text })))).toEqual([]);
});
