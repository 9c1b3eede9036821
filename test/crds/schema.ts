/**
 * What a CRD's schema must be beyond valid YAML. Problems are named by path, so that a failing test says where.
 * Kubernetes' own words: "Specifying a structural schema" and "Resource use by validation functions" in
 * kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions.
 */
import type { Schema } from '../../src/codegen/crd.ts';

interface Place {
  readonly path: string;
  readonly schema: Schema;
}

/** The schema and everything below it. */
function* places(schema: Schema, path = ''): Generator<Place> {
  yield { path, schema };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    yield* places(field, `${path}.${name}`);
  }
  if (schema.items !== undefined) {
    yield* places(schema.items, `${path}[]`);
  }
  if (typeof schema.additionalProperties === 'object') {
    yield* places(schema.additionalProperties, `${path}{}`);
  }
}

/** Breaks of structural schemas, and rules that would refuse without saying why. */
export function structuralProblems(root: Schema): string[] {
  return [...places(root)].flatMap(({ path, schema }) =>
    [
      schema.type === undefined && 'has no type',
      schema.type === 'array' && schema.items === undefined && 'has no items',
      schema.properties !== undefined &&
        schema.additionalProperties !== undefined &&
        'has both properties and additionalProperties',
      '$ref' in schema && 'has a $ref',
      (schema['x-kubernetes-validations'] ?? []).some(({ message }) => message === undefined) &&
        'has a rule without a message',
    ]
      .filter((problem) => problem !== false)
      .map((problem) => `${path} ${problem}`),
  );
}

/**
 * Paths of strings, arrays and maps without an upper bound at or below a CEL rule. The API server estimates a
 * rule's cost from these bounds and refuses a definition whose estimate is too high.
 */
export function unboundedUnderRules(root: Schema): string[] {
  const ruled = [...places(root)].filter(({ schema }) => schema['x-kubernetes-validations'] !== undefined);
  const unbounded = ruled.flatMap(({ path, schema }) =>
    [...places(schema, path)].filter((place) => isUnbounded(place.schema)),
  );
  return [...new Set(unbounded.map(({ path }) => path))];
}

function isUnbounded(schema: Schema): boolean {
  if (schema.type === 'string') {
    return schema.maxLength === undefined && schema.enum === undefined && schema.format === undefined;
  }
  if (schema.type === 'array') {
    return schema.maxItems === undefined;
  }
  return schema.additionalProperties !== undefined && schema.maxProperties === undefined;
}

/** The schema of a printer column's path, such as `.status.conditions[?(@.type=="Ready")].reason`. */
export function at(root: Schema, jsonPath: string): Schema | undefined {
  const steps = jsonPath
    .replaceAll(/\[[^\]]*\]/g, '.[]')
    .split('.')
    .slice(1);
  return steps.reduce<Schema | undefined>(
    (schema, step) => (step === '[]' ? schema?.items : schema?.properties?.[step]),
    root,
  );
}

/** The schema for a JSON schema validator, with unknown fields refused everywhere but in `metadata`. */
export function closed(schema: Schema): Schema {
  const { properties, items, ...rest } = schema;
  if (items !== undefined) {
    return { ...rest, items: closed(items) };
  }
  if (properties === undefined) {
    return schema;
  }
  return {
    ...rest,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, name === 'metadata' ? field : closed(field)]),
    ),
  };
}
