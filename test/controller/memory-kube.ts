/**
 * The objects of an API server, kept in memory, as far as a pass can tell: versions that grow with every change,
 * refusals of stale preconditions, applied statuses that replace the one before, finalizers that hold a deletion.
 */
import { isDeepStrictEqual } from 'node:util';

import type { ApplyStatusOptions, KubeClient } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import {
  keyOf,
  type Key,
  type KubeObject,
  type ObjectMeta,
  type ResourceType,
} from '../../src/kube/object.ts';

type Verb = 'get' | 'applyStatus' | 'patchFinalizers';

export interface KubeCall {
  readonly verb: Verb;
  readonly key: Key;
  /** Precondition of a write. */
  readonly resourceVersion?: string;
  readonly status?: unknown;
}

export class MemoryKube<Kept extends KubeObject = KubeObject> implements Pick<KubeClient, Verb> {
  readonly calls: KubeCall[] = [];
  /** Awaited when a call arrives, before it is carried out; throws to make it fail. */
  before: (call: KubeCall) => Promise<void> = async () => {};
  /** Awaited once a call was carried out, before it is answered; throws to have the answer lost. */
  after: (call: KubeCall) => Promise<void> = async () => {};
  readonly #objects = new Map<Key, KubeObject>();
  #version = 100;
  #uids = 0;

  async get<T>(_: ResourceType, key: Key, signal: AbortSignal): Promise<T> {
    const call = { verb: 'get', key } as const;
    await this.#arrive(call, signal);
    const known = this.#known(key);
    await this.after(call);
    return known as T;
  }

  async applyStatus<T extends KubeObject>(
    _: ResourceType,
    object: T,
    status: T['status'],
    { resourceVersion }: ApplyStatusOptions,
    signal: AbortSignal,
  ): Promise<T> {
    const key = keyOf(object);
    const call: KubeCall = {
      verb: 'applyStatus',
      key,
      status,
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    await this.#arrive(call, signal);
    const known = this.#known(key);
    if (resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion) {
      throw conflict();
    }
    const applied = this.#put(key, { ...known, status: plain(status) });
    await this.after(call);
    return applied as T;
  }

  async patchFinalizers<T extends KubeObject>(
    _: ResourceType,
    object: T,
    next: readonly string[],
    signal: AbortSignal,
  ): Promise<T> {
    const key = keyOf(object);
    const call = { verb: 'patchFinalizers', key } as const;
    await this.#arrive(call, signal);
    const known = this.#known(key);
    const asKnown =
      known.metadata.uid === object.metadata.uid &&
      isDeepStrictEqual(known.metadata.finalizers ?? [], object.metadata.finalizers ?? []);
    if (!asKnown) {
      throw conflict();
    }
    const patched = this.#put(key, { ...known, metadata: { ...known.metadata, finalizers: [...next] } }) as T;
    if (patched.metadata.deletionTimestamp !== undefined && next.length === 0) {
      this.#objects.delete(key);
    }
    await this.after(call);
    return patched;
  }

  // What people do.

  make(
    object: Omit<Kept, 'metadata' | 'status'> & {
      readonly metadata: Partial<ObjectMeta> & Pick<ObjectMeta, 'name'>;
      readonly status?: unknown;
    },
  ): Kept {
    this.#uids += 1;
    const metadata: ObjectMeta = {
      namespace: 'default',
      uid: `00000000-0000-4000-8000-${String(this.#uids).padStart(12, '0')}`,
      resourceVersion: '0',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...object.metadata,
    };
    const made = { status: { observedGeneration: -1 }, ...object, metadata } as unknown as Kept;
    return this.#put(keyOf(made), made) as Kept;
  }

  read(key: Key): Kept | undefined {
    return this.#objects.get(key) as Kept | undefined;
  }

  /** Throws when there is no such object. */
  known(key: Key): Kept {
    return this.#known(key) as Kept;
  }

  /** Edits the spec as `kubectl edit` does. */
  edit(key: Key, change: (spec: Kept['spec']) => Kept['spec']): void {
    const known = this.#known(key);
    const generation = (known.metadata.generation ?? 0) + 1;
    this.#put(key, {
      ...known,
      spec: plain(change(known.spec as Kept['spec'])),
      metadata: { ...known.metadata, generation },
    });
  }

  uids(): readonly string[] {
    return [...this.#objects.values()].map(({ metadata }) => metadata.uid);
  }

  annotate(key: Key, annotations: Readonly<Record<string, string>>): void {
    const known = this.#known(key);
    this.#put(key, { ...known, metadata: { ...known.metadata, annotations } });
  }

  /** A restored backup, which brings specs but no status. */
  wipeStatus(key: Key): void {
    this.#put(key, { ...this.#known(key), status: { observedGeneration: -1 } });
  }

  delete(key: Key): void {
    const known = this.#known(key);
    if ((known.metadata.finalizers ?? []).length === 0) {
      this.#objects.delete(key);
      return;
    }
    const generation = (known.metadata.generation ?? 0) + 1;
    const deletionTimestamp = '2026-01-02T00:00:00Z';
    this.#put(key, { ...known, metadata: { ...known.metadata, generation, deletionTimestamp } });
  }

  async #arrive(call: KubeCall, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    await this.before(call);
    signal.throwIfAborted();
  }

  #known(key: Key): KubeObject {
    const object = this.#objects.get(key);
    if (object === undefined) {
      throw new KubeError('there is none', { reason: 'absent', status: 404 });
    }
    return object;
  }

  #put(key: Key, object: KubeObject): KubeObject {
    const before = this.#objects.get(key);
    if (before !== undefined && isDeepStrictEqual(plain(before), plain(object))) {
      return before;
    }
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    const stored = freeze({ ...object, metadata });
    this.#objects.set(key, stored);
    return stored;
  }
}

/** Objects from an API server are nobody's to change. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function conflict(): KubeError {
  return new KubeError('it has changed', { reason: 'conflict', status: 409 });
}
