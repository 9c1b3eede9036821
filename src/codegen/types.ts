/**
 * CRD → `types.gen.ts`: how an object looks when it is read back from the API server. Objects are closed, as
 * structural schemas prune what they do not know, and a field with a default is required, because the API
 * server fills it in. Nested objects get a name of their own (`<Kind>Spec<Path>`), so that code can say it.
 */
import { compile } from 'json-schema-to-typescript';
import type { JSONSchema } from 'json-schema-to-typescript';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';
import { format } from 'prettier/standalone';
import { kindFolder } from './crd.ts';
import type { Crd, Schema } from './crd.ts';

/** `source` is the path of the CRD as the header names it. */
export async function typesFile(crd: Crd, source: string): Promise<string> {
  const parts = [];
  for (const part of ['spec', 'status'] as const) {
    const schema = crd.schema.properties?.[part] ?? { type: 'object' };
    parts.push(await interfaces(schema, `${crd.kind}${pascalCase(part)}`));
  }
  const header = `// Generated from ${source} by \`npm run generate\`; do not edit.\n`;
  return format([header, typeConstant(crd), ...parts.map(readOnly)].join('\n'), {
    parser: 'typescript',
    plugins: [estree, typescript],
    singleQuote: true,
    printWidth: 110,
  });
}

function typeConstant({ group, version, plural, kind, shortNames }: Crd): string {
  const name = `${kindFolder(kind).replaceAll(/-./g, (match) => match.charAt(1).toUpperCase())}Type`;
  const short = shortNames.map((shortName) => `'${shortName}'`).join(', ');
  return `/** The names under which the API server serves ${kind} objects. */
export const ${name} = {
  group: '${group}',
  version: '${version}',
  plural: '${plural}',
  kind: '${kind}',
  shortNames: [${short}],
} as const;
`;
}

async function interfaces(schema: Schema, name: string): Promise<string> {
  return compile(readSchema(schema, name), name, {
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    bannerComment: '',
    format: false,
  });
}

/** The schema with a title on every nested object and with defaulted fields required. */
function readSchema(schema: Schema, name: string): JSONSchema {
  const { properties = {}, items, required = [], ...rest } = schema;
  if (schema.type === 'array') {
    return { ...rest, ...(items && { items: readSchema(items, `${name}Item`) }) } as JSONSchema;
  }
  if (schema.type !== 'object' || schema.properties === undefined) {
    return rest as JSONSchema;
  }
  const entries = Object.entries(properties);
  const defaulted = entries.filter(([, field]) => field.default !== undefined).map(([field]) => field);
  return {
    ...rest,
    title: name,
    required: [...new Set([...required, ...defaulted])],
    properties: Object.fromEntries(
      entries.map(([field, value]) => [field, readSchema(value, `${name}${pascalCase(field)}`)]),
    ),
  } as JSONSchema;
}

/**
 * Marks properties and arrays readonly, which the compiler cannot. Unformatted, with titled objects, it
 * prints every property on one line that begins with its name.
 */
function readOnly(text: string): string {
  return text
    .replaceAll(/^(?=["\w-]+\??: |\[k: string\]: )/gm, 'readonly ')
    .replaceAll(/(?<=^readonly .+?: )(?=.+\[\]$)/gm, 'readonly ')
    .replaceAll(/^\}\n(?=(?:\/\*\*\n(?: \*.*\n)+)?export )/gm, '}\n\n');
}

function pascalCase(field: string): string {
  return field.charAt(0).toUpperCase() + field.slice(1);
}
