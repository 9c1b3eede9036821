/** The writes of an API server, kept in memory: versions, conflicts, absence, and failures on demand. */
import type { KubeClient } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { keyOf, type ApiObject, type Draft, type Key, type ResourceType } from '../../src/kube/object.ts';

export class MemoryApi implements Pick<KubeClient, 'get' | 'create' | 'replace' | 'merge'> {
  readonly objects = new Map<Key, ApiObject>();
  /** Every call that arrived, as `verb namespace/name`. */
  readonly calls: string[] = [];
  /** Awaited before each call is carried out; throws to make it fail. */
  before: (verb: string, signal: AbortSignal) => Promise<void> = async () => {};
  /** Awaited before each write that was carried out is answered; throws to lose the answer. */
  after: (verb: string, signal: AbortSignal) => Promise<void> = async () => {};
  #version = 0;

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
    this.objects.set(keyOf(stored), stored);
    return stored;
  }
}

/** A call that gets no answer, until its caller gives it up. */
export async function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
