/** Schema → the rows of a field table: every field below an object, in the order of the CRD. */
import type { Schema } from './crd.ts';

export interface Field {
  /** Path below the schema, with `[]` for the items of an array: `ips[].subnet.id`. */
  readonly path: string;
  /** As Markdown, like the rules and the description. */
  readonly type: string;
  /** Whether the object around it must have the field. */
  readonly required: boolean;
  /** As JSON. */
  readonly default: string | undefined;
  readonly rules: readonly string[];
  readonly description: string;
}

export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const own = fieldOf(path, field, schema.required?.includes(name) ?? false);
    const inner =
      field.items === undefined ? fieldsOf(field, `${path}.`) : fieldsOf(field.items, `${path}[].`);
    return [own, ...inner];
  });
}

function fieldOf(path: string, schema: Schema, required: boolean): Field {
  return {
    path,
    type: typeName(schema),
    required,
    default: schema.default === undefined ? undefined : JSON.stringify(schema.default),
    rules: rulesOf(schema),
    description: [schema.description, schema.items?.description].filter(Boolean).join(' '),
  };
}

function typeName(schema: Schema): string {
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `\`${value}\``).join(' | ');
  }
  if (schema.type === 'array') {
    return `[]${typeName(schema.items ?? {})}`;
  }
  if (typeof schema.additionalProperties === 'object') {
    return `map of ${typeName(schema.additionalProperties)}`;
  }
  return schema.format === 'date-time' ? 'time' : (schema.type ?? 'any');
}

/** What sizes and CEL rules demand of a value and, for an array, of each of its items. */
export function rulesOf(schema: Schema): string[] {
  const sizes = [
    range(schema.minLength, schema.maxLength, 'characters'),
    range(schema.minItems, schema.maxItems, 'items'),
    range(undefined, schema.maxProperties, 'entries'),
    range(schema.minimum, schema.maximum, ''),
    schema.pattern === undefined ? undefined : `matches \`${schema.pattern}\``,
  ];
  const messages = (schema['x-kubernetes-validations'] ?? []).map(({ rule, message }) =>
    message === undefined ? `\`${rule}\`` : `“${message}”`,
  );
  const items = schema.items === undefined ? [] : rulesOf(schema.items).map((rule) => `each: ${rule}`);
  return [...sizes.filter((size) => size !== undefined), ...messages, ...items];
}

function range(min: number | undefined, max: number | undefined, unit: string): string | undefined {
  if (min === undefined && max === undefined) {
    return undefined;
  }
  const bounds =
    max === undefined ? `at least ${min}` : min === undefined ? `at most ${max}` : `${min} to ${max}`;
  return `${bounds} ${unit}`.trimEnd();
}
