import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { parseCrd, type Crd, type Schema } from '../src/codegen/crd.ts';
import { kinds } from '../src/kinds/index.ts';
import { at, closed, structuralProblems, unboundedUnderRules } from './crds/schema.ts';

const root = process.cwd();

const crds: readonly Crd[] = readdirSync(join(root, 'crds'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => parseCrd(readFileSync(join(root, 'crds', name), 'utf8'), name));

interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

interface Document {
  /** File and place in it. */
  readonly where: string;
  readonly manifest: Manifest;
}

function files(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function documentsIn(where: string, yaml: string): Document[] {
  return parseAllDocuments(yaml).map((document, index) => ({
    where: `${where} #${index + 1}`,
    manifest: (document.toJS() ?? {}) as Manifest,
  }));
}

function yamlBlocks(path: string): Document[] {
  const blocks = readFileSync(join(root, path), 'utf8').matchAll(/^```ya?ml\n(.*?)^```/gms);
  return Array.from(blocks, ([, yaml = '']) => yaml).flatMap((yaml, index) =>
    documentsIn(`${path}, block ${index + 1}`, yaml),
  );
}

const markdown = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['crds', 'deploy'].flatMap((folder) => files(folder, '.md')),
];
const examples = files('deploy/examples', '.yaml');
const shown = [
  ...examples.flatMap((path) => documentsIn(path, readFileSync(join(root, path), 'utf8'))),
  ...markdown.flatMap(yamlBlocks),
].filter(({ manifest }) => crds.some((crd) => manifest.apiVersion?.startsWith(`${crd.group}/`)));

test('every kind that is registered has a definition, and the other way round', () => {
  const registered = kinds.map(({ type: { group, version, plural, kind } }) => ({
    group,
    version,
    plural,
    kind,
  }));
  const defined = crds.map(({ group, version, plural, kind }) => ({ group, version, plural, kind }));

  expect(registered).toHaveLength(defined.length);
  expect(registered).toEqual(expect.arrayContaining(defined));
});

describe.each(crds)('$kind', (crd) => {
  test('the schema is structural', () => {
    expect(structuralProblems(crd.schema)).toEqual([]);
  });

  test('all that a rule can touch is bounded, so that its cost is', () => {
    expect(unboundedUnderRules(crd.schema)).toEqual([]);
  });

  test('printer columns show fields of the schema', () => {
    const missing = crd.printerColumns.filter(
      ({ jsonPath }) => !jsonPath.startsWith('.metadata.') && at(crd.schema, jsonPath) === undefined,
    );

    expect(missing).toEqual([]);
  });

  test('a fresh object is never current: its status says generation -1', () => {
    expect(at(crd.schema, '.status')?.default).toEqual({ observedGeneration: -1 });
  });
});

describe('a manifest that users copy', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map(
    crds.map((crd) => [`${crd.group}/${crd.version} ${crd.kind}`, ajv.compile(closed(crd.schema))]),
  );

  test.each(shown)('in $where fits the schema', ({ manifest }) => {
    const validate = validators.get(`${manifest.apiVersion} ${manifest.kind}`);
    validate?.(manifest);

    expect(validate?.errors).toBeNull();
    expect(manifest.metadata?.name).toBeDefined();
  });
});

describe('the checks of a schema find', () => {
  const rule = { 'x-kubernetes-validations': [{ rule: 'true', message: 'never' }] };

  test.each<[what: string, schema: Schema, problem: string]>([
    ['a field without a type', { type: 'object', properties: { a: {} } }, '.a has no type'],
    ['an array without items', { type: 'object', properties: { a: { type: 'array' } } }, '.a has no items'],
    [
      'fields beside a map',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      ' has both properties and additionalProperties',
    ],
    [
      'a rule that says nothing',
      { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] },
      ' has a rule without a message',
    ],
  ])('%s', (_, schema, problem) => {
    expect(structuralProblems(schema)).toEqual([problem]);
  });

  test.each<[what: string, schema: Schema, path: string]>([
    ['a string with a rule of its own', { type: 'string', ...rule }, ''],
    [
      'a string in the items of an array with a rule',
      {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', properties: { id: { type: 'string' } } },
        ...rule,
      },
      '[].id',
    ],
    [
      'an array below a rule',
      { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } }, ...rule },
      '.a',
    ],
    [
      'a map below a rule',
      { type: 'object', additionalProperties: { type: 'string', maxLength: 5 }, ...rule },
      '',
    ],
  ])('%s', (_, schema, path) => {
    expect(unboundedUnderRules(schema)).toEqual([path]);
  });

  test('nothing wrong where no rule looks', () => {
    expect(unboundedUnderRules({ type: 'object', properties: { a: { type: 'string' } } })).toEqual([]);
  });
});
