/**
 * The rules of design §2 and style-models §5.1 as a table. A rule looks at one file and returns what is wrong
 * with it, as sentences without the file's name.
 */
import { importsOf, withoutComments, type SourceFile } from './imports.ts';

/** Which rooms a room may import besides itself; downwards only. Nobody imports main or codegen. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ['operate', 'commands', 'config', 'kube', 'cloud', 'lib'],
  operate: ['run', 'config', 'log', 'lib'],
  run: ['compose', 'health', 'config', 'shell', 'kinds', 'controller', 'kube', 'cloud', 'probe', 'lib'],
  compose: ['config', 'kinds', 'controller', 'kube', 'cloud', 'probe', 'lib'],
  commands: ['compose', 'config', 'log', 'kinds', 'controller', 'kube', 'cloud', 'probe', 'lib'],
  health: ['controller', 'kube', 'lib'],
  config: [
    'config-schema',
    'config-accounts',
    'config-probes',
    'controller',
    'kube',
    'cloud',
    'probe',
    'lib',
  ],
  'config-schema': ['config-accounts', 'config-probes', 'controller', 'kube', 'cloud', 'probe', 'lib'],
  'config-accounts': ['cloud', 'lib'],
  'config-probes': ['probe', 'lib'],
  log: ['lib'],
  shell: ['kinds', 'controller', 'kube', 'cloud', 'probe', 'lib'],
  kinds: ['controller', 'kube', 'cloud', 'probe', 'lib'],
  controller: ['kube', 'cloud', 'probe', 'lib'],
  kube: ['lib'],
  cloud: ['lib'],
  probe: ['lib'],
  lib: [],
  codegen: ['kinds', 'controller', 'kube', 'lib'],
};

const pureFile =
  /^src\/(kinds\/[^/]+\/(plan|report)|controller\/(outcome|conditions|triggers|orphan-report|plan-status|management))\.ts$/;
/** Files that can do I/O when they are given a client; the `*-types.ts` beside them hold only words. */
const canDoIo = /^src\/(kube|cloud|probe)\/(?!.*-types\.ts$)/;
const entries = new Set(['src/main.ts', 'src/codegen/main.ts']);
const maxLines = 250;

const environment = /\bprocess\.env\b|\benv\b(?=.*'node:process')/g;
/** What jest's CommonJS mode cannot run. Formatted sources begin top-level statements in the first column. */
const moduleOnly = /\bimport\.meta\b|^(?=\S)(?!.*(?:\basync\b|=>)).*?\bawait\b/gm;
/** A network call's deadline (`AbortSignal.timeout`) is real time by nature, whatever clock decides. */
const ambientTime =
  /\b(?:Date\.now|performance\.now|set(?:Timeout|Interval|Immediate))\b|\bnew Date\(\)|'node:timers(?:\/promises)?'/g;

interface Rule {
  readonly name: string;
  find(file: SourceFile, files: ReadonlyMap<string, SourceFile>): readonly string[];
}

export const rules: readonly Rule[] = [
  { name: 'imports point down the layers', find: layerBreaks },
  { name: 'plans, reports and verdicts are pure', find: impurities },
  {
    name: 'only src/config.ts reads the environment',
    find: (file) => (file.path === 'src/config.ts' ? [] : uses(file, environment)),
  },
  {
    name: 'import.meta and top-level await are for entries',
    find: (file) => (entries.has(file.path) ? [] : uses(file, moduleOnly)),
  },
  {
    name: 'time comes from the injected clock',
    find: (file) => (file.path === 'src/lib/clock.ts' ? [] : uses(file, ambientTime)),
  },
  {
    name: `files have at most ${maxLines} lines`,
    find: ({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return path.endsWith('.gen.ts') || lines <= maxLines ? [] : [`has ${lines} lines`];
    },
  },
];

/** One line per violation: file, what is wrong, rule. */
export function violations(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return rules.flatMap((rule) =>
    files.flatMap((file) => rule.find(file, byPath).map((what) => `${file.path}: ${what} (${rule.name})`)),
  );
}

/** `src/kube/store.ts` is in kube, `src/main.ts` in main. */
function roomOf(path: string): string {
  return /^src\/([\w-]+)/.exec(path)?.[1] ?? path;
}

function layerBreaks(file: SourceFile): string[] {
  const room = roomOf(file.path);
  const allowed = mayImport[room];
  if (allowed === undefined) {
    return [`the layer table does not know src/${room}`];
  }
  return importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter(({ target }) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
    .map(({ specifier }) => `imports '${specifier}'; ${room} may import ${allowed.join(', ') || 'nothing'}`);
}

/** A pure file is judged together with everything of ours that it loads. */
function impurities(file: SourceFile, files: ReadonlyMap<string, SourceFile>): string[] {
  if (!pureFile.test(file.path)) {
    return [];
  }
  const loaded = new Set([file]);
  const found: string[] = [];
  for (const current of loaded) {
    for (const { specifier, target, typeOnly } of importsOf(current)) {
      const next = files.get(target);
      if (typeOnly || target === 'node:crypto') {
        continue;
      }
      if (next === undefined || canDoIo.test(target)) {
        found.push(
          current === file ? `imports '${specifier}'` : `loads '${specifier}' through ${current.path}`,
        );
      } else {
        loaded.add(next);
      }
    }
  }
  return found;
}

function uses(file: SourceFile, pattern: RegExp): string[] {
  return Array.from(withoutComments(file.text).matchAll(pattern), ([match]) => `uses ${match.trim()}`);
}
