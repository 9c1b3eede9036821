/**
 * The calls to the Kubernetes API that this program makes, typed, each once and no more than once: one retry
 * loop exists, the queue. A call ends with the caller's signal, rejecting with its reason; every other failure
 * is a KubeError.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import {
  applyStatusCall,
  type Call,
  dryRunCall,
  finalizersCall,
  mergePatch,
  pruneStatusCall,
  watchRequest,
} from './calls.ts';
import { KubeError } from './errors.ts';
import {
  apiVersionOf,
  collectionPath,
  keyOf,
  slim,
  splitKey,
  type ApiObject,
  type Draft,
  type Key,
  type KubeObject,
  type ResourceType,
} from './object.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import { readWatchEvents, type RawWatchEvent } from './watch-stream.ts';

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly limit: number;
  /** The token of the page before. It pins the version, so `resourceVersion` is then not sent. */
  readonly continue?: string | undefined;
  /** Answer with data not older than this: `'0'` is whatever is cached; absent is a quorum read. */
  readonly resourceVersion?: string | undefined;
}

export interface Page<T extends ApiObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface WatchOptions {
  /** Absent, like `name`: all. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** Events after this version follow. */
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
}

export interface ApplyStatusOptions {
  readonly fieldManager: string;
  /** Precondition: refused as `conflict` when the object has changed since this version. */
  readonly resourceVersion?: string | undefined;
}

export interface KubeClient {
  list<T extends KubeObject>(type: ResourceType, options: ListOptions, signal: AbortSignal): Promise<Page<T>>;

  /** Ends when the server ends it; throws `expired` when the version is gone. */
  watch<T extends KubeObject>(
    type: ResourceType,
    options: WatchOptions,
    signal: AbortSignal,
  ): AsyncIterable<RawWatchEvent<T>>;

  get<T extends ApiObject>(type: ResourceType, key: Key, signal: AbortSignal): Promise<T>;

  create<T extends ApiObject>(type: ResourceType, object: Draft<T>, signal: AbortSignal): Promise<T>;

  /** Replaces the object, refused as `conflict` unless it still has the version that `object` carries. */
  replace<T extends ApiObject>(type: ResourceType, object: T, signal: AbortSignal): Promise<T>;

  /**
   * What the API server would make of an object: defaulted, validated and admitted, but not stored. One that carries
   * a `resourceVersion` is taken for a change of the object that exists, with the status that this has.
   */
  dryRun<T extends ApiObject>(type: ResourceType, object: Draft<T>, signal: AbortSignal): Promise<T>;

  /** JSON merge patch (RFC 7386) without precondition. */
  merge<T extends ApiObject>(type: ResourceType, key: Key, patch: object, signal: AbortSignal): Promise<T>;

  /**
   * Server-side apply of the whole status: a field that was applied before and is absent now is removed. The
   * operator is the only author of a status, so it takes over whatever field another manager holds, and removes, by a
   * second call, those that it does not apply; one that was cut off in between is made up for by the next write. It
   * never creates an object, but one made anew under the same name is told apart only by a `resourceVersion`:
   * the API server ignores a uid here.
   */
  applyStatus<T extends KubeObject>(
    type: ResourceType,
    object: T,
    status: T['status'],
    options: ApplyStatusOptions,
    signal: AbortSignal,
  ): Promise<T>;

  /** Sets the finalizers, refused as `conflict` when they, or the object itself, are others than in `object`. */
  patchFinalizers<T extends KubeObject>(
    type: ResourceType,
    object: T,
    next: readonly string[],
    signal: AbortSignal,
  ): Promise<T>;

  /** The uid of `kube-system` identifies a cluster. */
  namespaceUid(name: string, signal: AbortSignal): Promise<string>;
}

export function createKubeClient(kubeConfig: KubeConfig, options: TransportOptions): KubeClient {
  const transport = createTransport(kubeConfig, options);
  return {
    list: async (type, listOptions, signal) => list(transport, type, listOptions, signal),
    watch: (type, watchOptions, signal) =>
      readWatchEvents(transport.stream(watchRequest(type, watchOptions), signal), `watch ${type.plural}`),
    get: async (type, key, signal) => send(transport, { type, verb: 'get', method: 'GET', key }, signal),
    create: async (type, body, signal) => {
      const { namespace } = body.metadata;
      return send(transport, { type, verb: 'create', method: 'POST', key: `${namespace}/`, body }, signal);
    },
    replace: async (type, body, signal) =>
      send(transport, { type, verb: 'replace', method: 'PUT', key: keyOf(body), body }, signal),
    dryRun: async (type, object, signal) => send(transport, dryRunCall(type, object), signal),
    merge: async (type, key, body, signal) =>
      send(transport, { type, verb: 'patch', method: 'PATCH', key, body, contentType: mergePatch }, signal),
    applyStatus: async (type, object, status, applyOptions, signal) => {
      const written = await applyOver(transport, { type, object, status, options: applyOptions }, signal);
      const prune = pruneStatusCall(type, written, status);
      return prune === undefined ? written : send(transport, prune, signal);
    },
    patchFinalizers: async (type, object, next, signal) => {
      try {
        return await send(transport, finalizersCall(type, object, next), signal);
      } catch (error) {
        throw asLostRace(error);
      }
    },
    namespaceUid: async (name, signal) => {
      const path = `/api/v1/namespaces/${name}`;
      const request = { attempt: `get namespace ${name}`, method: 'GET', path } as const;
      return (await transport.json<{ metadata: { uid: string } }>(request, signal)).metadata.uid;
    },
  };
}

async function send<T extends ApiObject>(transport: Transport, call: Call, signal: AbortSignal): Promise<T> {
  const { type, verb, key, subresource, ...rest } = call;
  const { namespace, name } = splitKey(key);
  const path = [collectionPath(type, namespace), name, subresource].filter(Boolean).join('/');
  return slim(await transport.json<T>({ ...rest, attempt: `${verb} ${type.plural} ${key}`, path }, signal));
}

interface Application<T extends KubeObject> {
  readonly type: ResourceType;
  readonly object: T;
  readonly status: T['status'];
  readonly options: ApplyStatusOptions;
}

/** What another manager owns of an object that is to go may be too little for its schema: then it goes first. */
async function applyOver<T extends KubeObject>(
  transport: Transport,
  { type, object, status, options }: Application<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await send(transport, applyStatusCall(type, object, status, options), signal);
  } catch (error) {
    const isInvalid = error instanceof KubeError && error.reason === 'invalid';
    const prune = isInvalid ? pruneStatusCall(type, object, status) : undefined;
    if (prune === undefined) {
      throw error;
    }
    const bare = await send<T>(transport, prune, signal);
    const { resourceVersion } = bare.metadata;
    return send(transport, applyStatusCall(type, bare, status, { ...options, resourceVersion }), signal);
  }
}

async function list<T extends KubeObject>(
  transport: Transport,
  type: ResourceType,
  options: ListOptions,
  signal: AbortSignal,
): Promise<Page<T>> {
  const version = options.continue === undefined ? options.resourceVersion : undefined;
  const query = {
    limit: String(options.limit),
    continue: options.continue,
    resourceVersion: version,
    // Without it a limit turns a version into "exactly this one", which is stale and soon compacted.
    resourceVersionMatch: version === undefined ? undefined : 'NotOlderThan',
  };
  const attempt = `list ${type.plural}`;
  const path = collectionPath(type, options.namespace);
  const answer = await transport.json<{
    items: T[];
    metadata: { resourceVersion: string; continue?: string };
  }>({ attempt, method: 'GET', path, query }, signal);
  const { resourceVersion, continue: next } = answer.metadata;
  // The items of built-in kinds come without these two.
  const named = { apiVersion: apiVersionOf(type), kind: type.kind };
  return {
    items: answer.items.map((item) => slim({ ...named, ...item })),
    resourceVersion,
    ...(next !== undefined && next !== '' && { continue: next }),
  };
}

/**
 * A failed `test` is answered with a bare 422. One that names causes is about the object: a finalizer with a bad
 * name, or what a changed schema does not accept any more; no other try would end differently.
 */
function asLostRace(error: unknown): unknown {
  if (error instanceof KubeError && error.status === 422 && error.causes.length === 0) {
    return new KubeError(error.message, { reason: 'conflict', status: 422 }, { cause: error });
  }
  return error;
}
