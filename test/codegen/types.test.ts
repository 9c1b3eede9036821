import { describe, expect, jest, test } from '@jest/globals';
import { parseCrd } from '../../src/codegen/crd.ts';

/**
 * json-schema-to-typescript loads prettier's Node entry, which imports dynamically as it loads; jest's CommonJS
 * mode cannot do that. It is never called: `types.ts` formats with the standalone build.
 */
async function generateTypes(): Promise<string> {
  jest.doMock('prettier', () => ({}));
  const { typesFile } = await import('../../src/codegen/types.ts');
  return typesFile(crd, 'crds/dnszones.yaml');
}

const crd = parseCrd(
  `
kind: CustomResourceDefinition
spec:
  group: example.org
  scope: Namespaced
  names: { kind: DNSZone, plural: dnszones, shortNames: [dz] }
  versions:
    - name: v1
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [name]
              properties:
                name: { type: string, description: 'Such as a: b.' }
                paused: { type: boolean, default: false }
                policy: { type: string, enum: [Keep, Drop] }
                policies: { type: array, minItems: 1, items: { type: string, enum: [Keep, Drop] } }
                labels: { type: object, additionalProperties: { type: string } }
                records:
                  type: array
                  items:
                    type: object
                    required: [ttl]
                    properties: { ttl: { type: integer }, hosts: { type: array, items: { type: string } } }
            status:
              type: object
              properties: { zone: { type: object, properties: { id: { type: string } } } }
`,
  'crds/dnszones.yaml',
);

describe('the types of a kind', () => {
  test('fields are readonly, optional unless required or defaulted, and nested objects have names', async () => {
    const text = await generateTypes();

    expect(text.replaceAll(/^ *\/?\*.*\n/gm, ''))
      .toBe(`// Generated from crds/dnszones.yaml by \`npm run generate\`; do not edit.

export const dnsZoneType = {
  group: 'example.org',
  version: 'v1',
  plural: 'dnszones',
  kind: 'DNSZone',
  shortNames: ['dz'],
} as const;

export interface DNSZoneSpec {
  readonly name: string;
  readonly paused: boolean;
  readonly policy?: 'Keep' | 'Drop';
  readonly policies?: readonly ('Keep' | 'Drop')[];
  readonly labels?: {
    readonly [k: string]: string;
  };
  readonly records?: readonly DNSZoneSpecRecordsItem[];
}

export interface DNSZoneSpecRecordsItem {
  readonly ttl: number;
  readonly hosts?: readonly string[];
}

export interface DNSZoneStatus {
  readonly zone?: DNSZoneStatusZone;
}

export interface DNSZoneStatusZone {
  readonly id?: string;
}
`);
  });

  test('descriptions become doc comments', async () => {
    expect(await generateTypes()).toContain('   * Such as a: b.\n');
  });
});
