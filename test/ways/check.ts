/** What is wrong with the list of ways, in words: nothing, as long as it is complete and true to schema and examples. */
import type { Schema } from '../../src/codegen/crd.ts';
import { isSent } from './calls.ts';
import type { Examples } from './examples.ts';
import { hasPath } from './values.ts';
import { type Choice, type Choices, type Facts, type Item, itemsOf, nameOf, type Use } from './ways.ts';

/** What the list is held against. */
export interface Truth {
  readonly facts: Facts;
  /** Of a whole EndpointGateway. */
  readonly schema: Schema;
  readonly examples: Examples;
}

export function problemsOf(list: Choices, truth: Truth): readonly string[] {
  return [
    ...mappingProblems(list, truth.facts),
    ...list.choices.flatMap((choice) => [
      ...choice.manifests.flatMap((use) =>
        useProblems(use, truth).map((problem) => `${choice.choice}: ${use.file}: ${problem}`),
      ),
      ...unsentItems(choice, list, truth.facts).map((item) => `${choice.choice}: nothing sends ${item}`),
    ]),
    ...unusedExamples(list, truth.examples).map((file) => `${file} shows no choice`),
  ];
}

function mappingProblems({ choices, outOfScope }: Choices, facts: Facts): readonly string[] {
  const known = namesOf(itemsOf(facts, facts));
  const mapped = namesOf(choices.flatMap((choice) => itemsOf(choice, facts)));
  const out = namesOf(outOfScope.flatMap((reason) => itemsOf(reason, facts)));
  const unmapped = [...known].filter((item) => !mapped.has(item) && !out.has(item));
  const unknown = [...mapped, ...out].filter((item) => !known.has(item));
  return [
    ...unmapped.map((item) => `no choice does ${item}`),
    ...unknown.map((item) => `facts.yaml does not know ${item}`),
    ...[...mapped].filter((item) => out.has(item)).map((item) => `both done and out of scope: ${item}`),
  ];
}

function namesOf(items: readonly Item[]): ReadonlySet<string> {
  return new Set(items.map(nameOf));
}

function useProblems(use: Use, { schema, examples }: Truth): readonly string[] {
  const { file, fields = [], without = [] } = use;
  const manifest = examples.get(file);
  if (manifest === undefined) {
    return ['is not in deploy/examples'];
  }
  return [
    ...[...fields, ...without]
      .filter((field) => !isInSchema(schema, field))
      .map((field) => `the schema has no ${field}`),
    ...fields.flatMap((field) => fieldProblem(field, use, manifest) ?? []),
    ...without.filter((field) => hasPath(manifest, field)).map((field) => `gives ${field}`),
    ...((use.sent ?? use.held ?? use.shown) ? [] : ['proves nothing']),
  ];
}

/** A field of the spec is given, one of the status is shown. */
function fieldProblem(field: string, { change, shown }: Use, manifest: object): string | undefined {
  if (field.startsWith('status.')) {
    return hasPath({ status: shown }, field) ? undefined : `no proof of ${field}`;
  }
  const given = typeof change === 'object' ? { spec: change } : manifest;
  return hasPath(given, field) ? undefined : `does not give ${field}`;
}

/** Of the API's items those that no proof of the choice has in a call. */
function unsentItems(
  { manifests, api = {} }: Choice,
  { spellings }: Choices,
  facts: Facts,
): readonly string[] {
  const calls = manifests.flatMap((use) =>
    Object.entries(use.sent ?? {}).map(([call, carried]) => ({ call, carried })),
  );
  return itemsOf({ api }, facts)
    .filter((item) => !isSent(item, calls, spellings))
    .map(nameOf);
}

function unusedExamples({ choices }: Choices, examples: Examples): readonly string[] {
  const used = new Set(choices.flatMap(({ manifests }) => manifests.map(({ file }) => file)));
  return [...examples.keys()].filter((file) => !used.has(file));
}

/** Paths as `kubectl explain` takes them: lists are gone through without a sign. */
function isInSchema(root: Schema, path: string): boolean {
  const found = path
    .split('.')
    .reduce<Schema | undefined>((schema, step) => (schema?.items ?? schema)?.properties?.[step], root);
  return found !== undefined;
}
