/**
 * A CustomResourceDefinition as the generators read it: the storage version of one kind, in the words of
 * the YAML (the client library's model renames keys). The API server judges whether a definition is valid;
 * this file promises only that what the generators need is there, or an error that names the file.
 */
import { parse } from 'yaml';

/** The part of a structural OpenAPI v3 schema that CRDs of this project use. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly (string | number | boolean)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

/** A CEL rule; `self` is the value that the schema describes. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  /** 0 or absent: always shown; above: only with `kubectl get -o wide`. */
  readonly priority?: number;
  readonly description?: string;
}

export interface Crd {
  readonly group: string;
  /** The storage version. */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly printerColumns: readonly PrinterColumn[];
  /** Schema of a whole object of the storage version. */
  readonly schema: Schema;
}

interface Manifest {
  readonly kind?: string;
  readonly spec?: {
    readonly group: string;
    readonly scope: Crd['scope'];
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly shortNames?: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
      readonly additionalPrinterColumns?: readonly PrinterColumn[];
    }[];
  };
}

/** Reads one CRD manifest. `file` is named in errors. */
export function parseCrd(text: string, file: string): Crd {
  const manifest = parse(text) as Manifest;
  const spec = manifest.spec;
  if (manifest.kind !== 'CustomResourceDefinition' || spec === undefined) {
    throw new Error(`${file}: is not a CustomResourceDefinition`);
  }
  const storage = spec.versions.find((version) => version.storage);
  if (storage === undefined) {
    throw new Error(`${file}: no version has storage: true`);
  }
  return {
    group: spec.group,
    version: storage.name,
    kind: spec.names.kind,
    plural: spec.names.plural,
    shortNames: spec.names.shortNames ?? [],
    scope: spec.scope,
    printerColumns: storage.additionalPrinterColumns ?? [],
    schema: storage.schema.openAPIV3Schema,
  };
}

/** The folder of a kind under src/kinds: `EndpointGateway` lives in `endpoint-gateway`. */
export function kindFolder(kind: string): string {
  return kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
