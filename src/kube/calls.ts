/**
 * The calls to the Kubernetes API that need more than a verb and a path, as data: what is sent, and why so. Pure.
 */
import type { ApplyStatusOptions, WatchOptions } from './client.ts';
import {
  apiVersionOf,
  collectionPath,
  keyOf,
  type ApiObject,
  type Draft,
  type Key,
  type KubeObject,
  type ResourceType,
} from './object.ts';
import type { Request } from './transport.ts';

export const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const applyPatch = 'application/apply-patch+yaml';

export interface Call {
  readonly type: ResourceType;
  readonly verb: string;
  readonly method: Request['method'];
  readonly key: Key;
  readonly subresource?: 'status';
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

export function watchRequest(type: ResourceType, options: WatchOptions): Request {
  return {
    attempt: `watch ${type.plural}`,
    method: 'GET',
    path: collectionPath(type, options.namespace),
    query: {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(options.timeoutSeconds),
      fieldSelector: options.name === undefined ? undefined : `metadata.name=${options.name}`,
    },
  };
}

export function applyStatusCall<T extends KubeObject>(
  type: ResourceType,
  { metadata: { namespace, name } }: T,
  status: T['status'],
  { fieldManager, resourceVersion }: ApplyStatusOptions,
): Call {
  const metadata = { namespace, name, ...(resourceVersion !== undefined && { resourceVersion }) };
  return {
    type,
    verb: 'apply status of',
    method: 'PATCH',
    key: `${namespace}/${name}`,
    subresource: 'status',
    query: { fieldManager, force: 'true' },
    body: { apiVersion: apiVersionOf(type), kind: type.kind, metadata, status },
    contentType: applyPatch,
  };
}

/**
 * Removes what a status holds beyond the one that was applied: an apply leaves alone what it does not name and another
 * manager owns, such as a person or a backup that was restored. Lists are taken as they are: others may have
 * conditions of their own. `undefined` where there is nothing to be removed.
 */
export function pruneStatusCall(type: ResourceType, written: KubeObject, applied: unknown): Call | undefined {
  const { metadata } = written;
  const status = removalsOf(written.status, applied);
  return (
    status && {
      type,
      verb: 'prune status of',
      method: 'PATCH',
      key: keyOf({ metadata }),
      subresource: 'status',
      body: { metadata: { resourceVersion: metadata.resourceVersion }, status },
      contentType: mergePatch,
    }
  );
}

/** As a merge patch (RFC 7386). */
function removalsOf(found: unknown, applied: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(found) || !isRecord(applied)) {
    return undefined;
  }
  const removals = Object.entries(found).flatMap(([name, value]) => {
    const wanted = applied[name];
    const removal = wanted === undefined ? null : removalsOf(value, wanted);
    return removal === undefined ? [] : [[name, removal] as const];
  });
  return removals.length === 0 ? undefined : Object.fromEntries(removals);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The tests make the patch fail when somebody else touched the finalizers meanwhile, or the object was made
 * anew under its name; a mere change of spec or status is no reason to fail. RFC 6902 has no test for "not
 * there"; the API server's library takes a test on null for it (kube-rs relies on the same).
 */
export function finalizersCall(type: ResourceType, { metadata }: KubeObject, next: readonly string[]): Call {
  const known = metadata.finalizers ?? [];
  return {
    type,
    verb: 'patch finalizers of',
    method: 'PATCH',
    key: keyOf({ metadata }),
    body: [
      { op: 'test', path: '/metadata/uid', value: metadata.uid },
      { op: 'test', path: '/metadata/finalizers', value: known.length > 0 ? known : null },
      { op: 'add', path: '/metadata/finalizers', value: next },
    ],
    contentType: jsonPatch,
  };
}

/** Unknown fields are refused, as `kubectl apply` has them refused: they would otherwise go without a word. */
export function dryRunCall<T extends ApiObject>(type: ResourceType, object: Draft<T>): Call {
  const { namespace, name, resourceVersion } = object.metadata;
  const shared = { type, query: { dryRun: 'All', fieldValidation: 'Strict' }, body: object };
  return resourceVersion === undefined
    ? { ...shared, verb: 'create', method: 'POST', key: `${namespace}/` }
    : { ...shared, verb: 'replace', method: 'PUT', key: `${namespace}/${name}` };
}
