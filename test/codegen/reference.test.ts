import { describe, expect, test } from '@jest/globals';
import type { Crd, Schema } from '../../src/codegen/crd.ts';
import { fieldsOf } from '../../src/codegen/fields.ts';
import { referenceFile } from '../../src/codegen/reference.ts';

const spec: Schema = {
  type: 'object',
  required: ['mode'],
  'x-kubernetes-validations': [{ rule: 'has(self.a)', message: 'say a | b' }],
  properties: {
    mode: { type: 'string', enum: ['On', 'Off'], default: 'On', description: 'Which\n  of <both>.' },
    names: { type: 'array', minItems: 1, maxItems: 5, items: { type: 'string', maxLength: 63 } },
    parts: {
      type: 'array',
      maxItems: 3,
      description: 'The parts.',
      items: {
        type: 'object',
        required: ['id'],
        'x-kubernetes-validations': [{ rule: 'self.id != ""', message: 'give an id' }],
        properties: { id: { type: 'string' }, weight: { type: 'integer', minimum: 1 } },
      },
    },
    labels: { type: 'object', maxProperties: 9, additionalProperties: { type: 'string' } },
  },
};

const crd: Crd = {
  group: 'example.org',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  shortNames: ['th'],
  scope: 'Namespaced',
  printerColumns: [
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'The mode' },
    { name: 'ID', type: 'string', jsonPath: '.status.id', priority: 1 },
  ],
  schema: {
    type: 'object',
    description: 'A thing.',
    properties: { spec, status: { type: 'object', properties: { id: { type: 'string' } } } },
  },
};

test('every field below a schema has a row, in order, with its path', () => {
  expect(fieldsOf(spec)).toEqual([
    {
      path: 'mode',
      type: '`On` | `Off`',
      required: true,
      default: '"On"',
      rules: [],
      description: 'Which\n  of <both>.',
    },
    expect.objectContaining({
      path: 'names',
      type: '[]string',
      required: false,
      rules: ['1 to 5 items', 'each: at most 63 characters'],
    }),
    expect.objectContaining({
      path: 'parts',
      type: '[]object',
      rules: ['at most 3 items', 'each: “give an id”'],
    }),
    expect.objectContaining({ path: 'parts[].id', type: 'string', required: true }),
    expect.objectContaining({ path: 'parts[].weight', type: 'integer', rules: ['at least 1'] }),
    expect.objectContaining({ path: 'labels', type: 'map of string', rules: ['at most 9 entries'] }),
  ]);
});

describe('the reference', () => {
  const lines = referenceFile([{ crd, file: 'things.yaml', reasons: { Broken: 'It broke.' } }], {
    Succeeded: 'It worked.',
  }).split('\n');

  test.each([
    ['the kind', '| [Thing](#thing) | `th` | `example.org/v1` | A thing. |'],
    ['a field', '| `mode` | `On` \\| `Off` | yes | `"On"` | Which of &lt;both>. |  |'],
    ['a rule on the spec as a whole', '- “say a \\| b”'],
    ['a status field', '| `id` | string |  |'],
    ['a column', '| Mode | `.spec.mode` | The mode |'],
    ['a wide column', '| ID (`-o wide`) | `.status.id` |  |'],
    ['a reason of the kind', '| `Broken` | It broke. |'],
    ['a common reason', '| `Succeeded` | It worked. |'],
  ])('says %s', (_, line) => {
    expect(lines).toContain(line);
  });

  test('every row of a table has as many cells as its header', () => {
    const widths = lines.map((line) => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0));
    const uneven = lines.filter((_, index) => {
      const [above = 0, own = 0] = [widths[index - 1], widths[index]];
      return above > 0 && own > 0 && above !== own;
    });

    expect(uneven).toEqual([]);
  });
});
