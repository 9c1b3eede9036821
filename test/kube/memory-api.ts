/** The writes of an API server, kept in memory: versions, conflicts, absence, watches, and failures on demand. */
import type { KubeClient, WatchOptions } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import {
  keyOf,
  type ApiObject,
  type Draft,
  type Key,
  type KubeObject,
  type ResourceType,
} from '../../src/kube/object.ts';
import type { RawWatchEvent } from '../../src/kube/watch-stream.ts';

export class MemoryApi implements Pick<KubeClient, 'get' | 'create' | 'replace' | 'merge' | 'watch'> {
  readonly objects = new Map<Key, ApiObject>();
  /** Every call that arrived, as `verb namespace/name`. */
  readonly calls: string[] = [];
  /** Awaited before each call is carried out; throws to make it fail. */
  before: (verb: string, signal: AbortSignal) => Promise<void> = async () => {};
  /** Awaited before each write that was carried out is answered; throws to lose the answer. */
  after: (verb: string, signal: AbortSignal) => Promise<void> = async () => {};
  /** Whether watches that are open deliver what happens. */
  watchesDeliver = true;
  /** Versions below are compacted: a watch from there is refused. */
  oldestVersion = 0;
  readonly #events: RawWatchEvent[] = [];
  readonly #watches = new Set<{ readonly look: () => void; readonly end: () => void }>();
  #version = 0;

  get openWatches(): number {
    return this.#watches.size;
  }

  async get<T extends ApiObject>(_: ResourceType, key: Key, signal: AbortSignal): Promise<T> {
    await this.#arrive('get', key, signal);
    return this.#known(key) as T;
  }

  async create<T extends ApiObject>(_: ResourceType, draft: Draft<T>, signal: AbortSignal): Promise<T> {
    const key = keyOf(draft);
    await this.#arrive('create', key, signal);
    if (this.objects.has(key)) {
      throw new KubeError('it exists', { reason: 'conflict', status: 409 });
    }
    const made = this.#store({ ...draft, metadata: { ...draft.metadata, uid: key } } as unknown as T);
    await this.after('create', signal);
    return made;
  }

  async replace<T extends ApiObject>(_: ResourceType, object: T, signal: AbortSignal): Promise<T> {
    const key = keyOf(object);
    await this.#arrive('replace', key, signal);
    if (this.#known(key).metadata.resourceVersion !== object.metadata.resourceVersion) {
      throw new KubeError('it has changed', { reason: 'conflict', status: 409 });
    }
    const replaced = this.#store(object);
    await this.after('replace', signal);
    return replaced;
  }

  async merge<T extends ApiObject>(
    _: ResourceType,
    key: Key,
    patch: object,
    signal: AbortSignal,
  ): Promise<T> {
    await this.#arrive('merge', key, signal);
    const merged = this.#store({ ...this.#known(key), ...patch } as T);
    await this.after('merge', signal);
    return merged;
  }

  /** Of one object, from the version on. */
  async *watch<T extends KubeObject>(
    _: ResourceType,
    { namespace, name, resourceVersion }: WatchOptions,
    signal: AbortSignal,
  ): AsyncGenerator<RawWatchEvent<T>, void, undefined> {
    const key = `${namespace}/${name}`;
    await this.#arrive('watch', key, signal);
    if (Number(resourceVersion) < this.oldestVersion) {
      throw new KubeError('too old', { reason: 'expired', status: 410 });
    }
    let seen = Number(resourceVersion);
    for (;;) {
      const next = this.watchesDeliver ? this.#eventAfter(seen, key) : undefined;
      if (next !== undefined) {
        seen = versionOf(next);
        yield next as RawWatchEvent<T>;
      } else if (!(await this.#change(signal))) {
        return;
      }
    }
  }

  /** Ends every open watch in order, as an API server does that shuts down. */
  endWatches(): void {
    this.#watches.forEach(({ end }) => end());
  }

  /** As somebody else would. */
  remove(key: Key): void {
    const object = this.#known(key) as KubeObject;
    this.objects.delete(key);
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#tell({ type: 'DELETED', object: { ...object, metadata } });
  }

  #eventAfter(version: number, key: Key): RawWatchEvent | undefined {
    return this.#events.find(
      (event) => versionOf(event) > version && 'object' in event && keyOf(event.object) === key,
    );
  }

  /** Whether there may be more to see; false when the watch has been ended. */
  async #change(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const watch = { look: () => resolve(true), end: () => resolve(false) };
    const onAbort = (): void => reject(signal.reason);
    this.#watches.add(watch);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
    try {
      return await promise;
    } finally {
      this.#watches.delete(watch);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #tell(event: RawWatchEvent): void {
    this.#events.push(event);
    this.#watches.forEach(({ look }) => look());
  }

  async #arrive(verb: string, key: Key, signal: AbortSignal): Promise<void> {
    this.calls.push(`${verb} ${key}`);
    await this.before(verb, signal);
    signal.throwIfAborted();
  }

  #known(key: Key): ApiObject {
    const object = this.objects.get(key);
    if (object === undefined) {
      throw new KubeError('there is none', { reason: 'absent', status: 404 });
    }
    return object;
  }

  #store<T extends ApiObject>(object: T): T {
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    const type = this.objects.has(keyOf(stored)) ? 'MODIFIED' : 'ADDED';
    this.objects.set(keyOf(stored), stored);
    this.#tell({ type, object: stored as unknown as KubeObject });
    return stored;
  }
}

function versionOf(event: RawWatchEvent): number {
  return Number(event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion);
}

/** A call that gets no answer, until its caller gives it up. */
export async function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
