/**
 * The cache of one resource type, fed by a watcher for each of its scopes. `get` and `list` answer with the newest
 * that is known; `apply` says what changed since it last said so for that key, which is what work is triggered by.
 * A list tells of deletions in its own scope only.
 *
 * The two differ where our own writes come in. `learn` makes the answer of a write visible at once, so that
 * the next pass cannot decide on older data, but reports nothing; the change is reported when the watch
 * delivers it. So an edit by somebody else that our write happened to carry back is still reported, and the
 * echo of the write alone is one change and not two.
 */
import { compareVersions, keyOf, splitKey, type Key, type KubeObject, type Scope } from './object.ts';
import type { WatcherEvent } from './watcher.ts';

/** An object came (`previous` absent), went (`current` absent) or changed. */
export interface Change<T extends KubeObject> {
  readonly key: Key;
  readonly previous?: T;
  readonly current?: T;
}

interface Entry<T extends KubeObject> {
  readonly current: T;
  /** What the last change of this key showed as current; absent when that was a deletion. */
  readonly reported: T | undefined;
  /** Whether `current` comes from `learn` and is ahead of the watch. */
  readonly learned: boolean;
}

export class Store<T extends KubeObject> {
  /** What is listed and watched, each by itself: different namespaces, or all of them at once. */
  readonly scopes: readonly Scope[];
  readonly #entries = new Map<Key, Entry<T>>();
  /** Lists that are coming in. */
  readonly #incoming = new Map<Scope, Map<Key, T>>();
  readonly #listed = new Set<Scope>();
  readonly #refused = new Set<Scope>();
  readonly #known = Promise.withResolvers<void>();

  constructor(scopes: readonly Scope[] = [undefined]) {
    this.scopes = scopes;
  }

  /** Scopes of which no list has been taken over completely yet. Empty: the cache knows everything. */
  get unlisted(): readonly Scope[] {
    return this.scopes.filter((scope) => !this.#listed.has(scope));
  }

  get synced(): boolean {
    return this.unlisted.length === 0;
  }

  /** Resolves when the cache knows everything for the first time, but for scopes that nobody lets it see. */
  get whenKnown(): Promise<void> {
    return this.#known.promise;
  }

  get(key: Key): T | undefined {
    return this.#entries.get(key)?.current;
  }

  list(): readonly T[] {
    return Array.from(this.#entries.values(), ({ current }) => current);
  }

  /** While a list comes in, `get` and `list` go on with what was; at `initDone` its scope is replaced at once. */
  apply(event: WatcherEvent<T>): readonly Change<T>[] {
    switch (event.type) {
      case 'init':
        this.#incoming.set(event.scope, new Map());
        break;
      case 'initApply':
        this.#incoming.get(event.scope)?.set(keyOf(event.object), event.object);
        break;
      case 'initDone':
        return this.#replace(event.scope);
      case 'refused':
        this.#refused.add(event.scope);
        this.#settle();
        break;
      case 'apply':
        return this.#put(keyOf(event.object), event.object);
      case 'delete':
        return this.#remove(keyOf(event.object), event.object.metadata.uid);
    }
    return [];
  }

  /**
   * Takes in the API server's answer to a write of ours. An answer older than what is known is ignored, and
   * so is one about an object that is not known: the watch has seen it go, or will bring it.
   */
  learn(object: T): void {
    const key = keyOf(object);
    const entry = this.#entries.get(key);
    if (entry !== undefined && isNewer(object, entry.current)) {
      this.#entries.set(key, { current: object, reported: entry.reported, learned: true });
    }
  }

  #replace(scope: Scope): readonly Change<T>[] {
    const incoming = this.#incoming.get(scope) ?? new Map<Key, T>();
    this.#incoming.delete(scope);
    this.#listed.add(scope);
    this.#settle();
    const gone = [...this.#entries].filter(([key]) => isIn(scope, key) && !incoming.has(key));
    return [
      ...gone.flatMap(([key, { current }]) => this.#remove(key, current.metadata.uid)),
      ...Array.from(incoming).flatMap(([key, object]) => this.#put(key, object)),
    ];
  }

  #settle(): void {
    if (this.unlisted.every((scope) => this.#refused.has(scope))) {
      this.#known.resolve();
    }
  }

  #put(key: Key, object: T): readonly Change<T>[] {
    const entry = this.#entries.get(key);
    const isBehind = entry?.learned === true && isNewer(entry.current, object);
    const current = isBehind ? entry.current : object;
    this.#entries.set(key, { current, reported: current, learned: isBehind });
    return changesBetween(key, entry?.reported, current);
  }

  #remove(key: Key, uid: string): readonly Change<T>[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return [];
    }
    const { current, reported } = entry;
    if (current.metadata.uid === uid) {
      this.#entries.delete(key);
      return reported === undefined ? [] : [{ key, previous: reported }];
    }
    // A write has already shown us the object that followed under this name.
    if (reported?.metadata.uid !== uid) {
      return [];
    }
    this.#entries.set(key, { ...entry, reported: undefined });
    return [{ key, previous: reported }];
  }
}

function isIn(scope: Scope, key: Key): boolean {
  return scope === undefined || splitKey(key).namespace === scope;
}

function isNewer(left: KubeObject, right: KubeObject): boolean {
  return compareVersions(left.metadata.resourceVersion, right.metadata.resourceVersion) > 0;
}

function changesBetween<T extends KubeObject>(
  key: Key,
  previous: T | undefined,
  current: T,
): readonly Change<T>[] {
  if (previous === undefined) {
    return [{ key, current }];
  }
  if (previous.metadata.uid !== current.metadata.uid) {
    return [
      { key, previous },
      { key, current },
    ];
  }
  const isSame = previous.metadata.resourceVersion === current.metadata.resourceVersion;
  return isSame ? [] : [{ key, previous, current }];
}
