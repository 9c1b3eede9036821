/** What a file of manifests holds for this operator. Pure: bad files are UsageErrors that say where and why. */
import { parseAllDocuments } from 'yaml';
import type { AnyKind } from '../controller/kind.ts';
import { apiVersionOf } from '../kube/object.ts';
import { UsageError } from './exit-codes.ts';

/** An object as a file declares it: nobody has defaulted or validated more than its name and kind. */
export interface Manifest {
  readonly kind: AnyKind;
  readonly namespace: string;
  readonly name: string;
  /** Its fields but for the status, which is not a user's to say. */
  readonly fields: {
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
}

export interface ManifestFile {
  readonly manifests: readonly Manifest[];
  /** What is not ours and was left out, each named. */
  readonly skipped: readonly string[];
}

export interface ReadOptions {
  /** Names the file in errors. */
  readonly path: string;
  readonly kinds: readonly AnyKind[];
  /** Given on the command line; absent: what the object says, else `defaultNamespace`. */
  readonly namespace?: string | undefined;
  readonly defaultNamespace: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function readManifests(text: string, options: ReadOptions): ManifestFile {
  const documents = parse(text, options.path);
  const manifests: Manifest[] = [];
  const skipped: string[] = [];
  for (const { where, fields } of documents.flatMap(unfold)) {
    const found = manifestOf(fields, where, options);
    if (typeof found === 'string') {
      skipped.push(found);
    } else {
      manifests.push(found);
    }
  }
  if (manifests.length === 0) {
    const kinds = options.kinds.map(({ type }) => `${type.kind} (${apiVersionOf(type)})`).join(', ');
    throw new UsageError(`${options.path} holds no object of this operator: it looks for ${kinds}`);
  }
  const twice = firstTwice(
    manifests.map(({ kind, namespace, name }) => `${kind.type.kind} ${namespace}/${name}`),
  );
  if (twice !== undefined) {
    throw new UsageError(`${options.path} holds ${twice} twice`);
  }
  return { manifests, skipped };
}

interface Document {
  readonly where: string;
  readonly fields: unknown;
}

function parse(text: string, path: string): readonly Document[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) {
    return [];
  }
  return documents.flatMap((document, index): Document[] => {
    const where = `${path}, document ${index + 1}`;
    const [error] = document.errors;
    if (error !== undefined) {
      // What follows the first line quotes the file.
      const [summary = ''] = error.message.split('\n');
      throw new UsageError(`${where} is not YAML: ${summary.replace(/:$/, '')}`);
    }
    const fields = contentOf(document, where);
    return fields === null ? [] : [{ where, fields }];
  });
}

function contentOf(document: { toJS(): unknown }, where: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${where} is not YAML: ${(error as Error).message}`);
  }
}

/** What `kubectl get -o yaml` gives for several objects. */
function unfold({ where, fields }: Document): readonly Document[] {
  if (!isRecord(fields) || fields['kind'] !== 'List' || !Array.isArray(fields['items'])) {
    return [{ where, fields }];
  }
  return fields['items'].map((item: unknown, index) => ({
    where: `${where}, item ${index + 1}`,
    fields: item,
  }));
}

/** A name for what is not ours. */
function manifestOf(fields: unknown, where: string, options: ReadOptions): Manifest | string {
  if (!isRecord(fields)) {
    throw new UsageError(`${where} is no Kubernetes object`);
  }
  const { apiVersion, kind: kindName, metadata = {}, status: _, ...rest } = fields;
  if (typeof apiVersion !== 'string' || typeof kindName !== 'string') {
    throw new UsageError(`${where} is no Kubernetes object: apiVersion or kind is missing`);
  }
  const name = isRecord(metadata) ? metadata['name'] : undefined;
  const kind = options.kinds.find(({ type }) => type.kind === kindName && apiVersionOf(type) === apiVersion);
  if (kind === undefined) {
    if (options.kinds.some(({ type }) => type.group === apiVersion.split('/')[0])) {
      throw new UsageError(`${where}: this operator knows no ${kindName} of ${apiVersion}`);
    }
    return `${kindName} ${typeof name === 'string' ? name : 'without a name'} (${apiVersion})`;
  }
  if (!isRecord(metadata) || typeof name !== 'string' || name === '') {
    throw new UsageError(`${where}: ${kindName} needs a metadata.name`);
  }
  const namespace = namespaceOf(metadata['namespace'], where, options);
  return { kind, namespace, name, fields: { apiVersion, kind: kindName, ...rest, metadata } };
}

function namespaceOf(given: unknown, where: string, { namespace, defaultNamespace }: ReadOptions): string {
  if (given !== undefined && typeof given !== 'string') {
    throw new UsageError(`${where}: metadata.namespace must be a name`);
  }
  if (given !== undefined && namespace !== undefined && given !== namespace) {
    throw new UsageError(`${where} is for namespace ${given}, but --namespace says ${namespace}`);
  }
  return given ?? namespace ?? defaultNamespace;
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
