/**
 * Keys to work on, with the semantics of client-go's work queue and controller-runtime's priority queue
 * (style-models §1.1, §1.2):
 *  - a key is held once: adding it again only raises its priority or brings it forward;
 *  - a key handed out is not handed out again before `done`; added meanwhile, it is queued once at `done`;
 *  - of several delays the earliest ready time wins, and an immediate add absorbs a waiting one;
 *  - higher priority first, first in first out inside a priority.
 * In terms of state: a key is in at most one of `waiting`, `queued` and `again`; a key in `again` is also in
 * `working`, a queued one never is.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Key } from './object.ts';

/** For keys of the initial list, so that a restart does not starve fresh edits. */
export const lowPriority = -100;

export interface AddOptions {
  /** Higher goes first; 0 unless given. */
  readonly priority?: number;
}

interface Waiting {
  readonly priority: number;
  readonly readyAtMs: number;
  readonly timer: Timer;
}

interface Queued {
  readonly priority: number;
  readonly sinceMs: number;
}

export class WorkQueue {
  readonly #clock: Clock;
  readonly #waiting = new Map<Key, Waiting>();
  readonly #queued = new Map<Key, Queued>();
  /** The queued keys by priority; a Set keeps the order of insertion. No set is empty. */
  readonly #lanes = new Map<number, Set<Key>>();
  readonly #working = new Set<Key>();
  readonly #again = new Map<Key, Queued>();
  readonly #getters = new Set<(key: Key | undefined) => void>();
  #shuttingDown = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys that could be handed out now. */
  get length(): number {
    return this.#queued.size;
  }

  /** How long the oldest of them has been ready; 0 when there is none. */
  oldestWaitMs(): number {
    const now = this.#clock.monotonic();
    let oldest = now;
    for (const { sinceMs } of this.#queued.values()) {
      oldest = Math.min(oldest, sinceMs);
    }
    return now - oldest;
  }

  add(key: Key, { priority = 0 }: AddOptions = {}): void {
    if (this.#shuttingDown) {
      return;
    }
    const waiting = this.#waiting.get(key);
    waiting?.timer.cancel();
    this.#waiting.delete(key);
    this.#makeDirty(key, Math.max(priority, waiting?.priority ?? priority));
  }

  /** Adds the key once `delayMs` have passed, unless it becomes ready earlier by another add. */
  addAfter(key: Key, delayMs: number, { priority = 0 }: AddOptions = {}): void {
    if (this.#shuttingDown) {
      return;
    }
    if (delayMs <= 0 || this.#isDirty(key)) {
      this.add(key, { priority });
      return;
    }
    const before = this.#waiting.get(key);
    before?.timer.cancel();
    const now = this.#clock.monotonic();
    const readyAtMs = Math.min(now + delayMs, before?.readyAtMs ?? Infinity);
    this.#waiting.set(key, {
      priority: Math.max(priority, before?.priority ?? priority),
      readyAtMs,
      timer: this.#clock.setTimer(readyAtMs - now, () => this.add(key, { priority })),
    });
  }

  /** The next key, waiting for one if need be; `done` must follow. `undefined` once the queue is shut down. */
  async get(): Promise<Key | undefined> {
    if (this.#shuttingDown) {
      return undefined;
    }
    const next = this.#next();
    if (next !== undefined) {
      return this.#handOut(next);
    }
    return new Promise((resolve) => void this.#getters.add(resolve));
  }

  /** Ends the work on a key that `get` handed out. */
  done(key: Key): void {
    this.#working.delete(key);
    const again = this.#again.get(key);
    if (again !== undefined) {
      this.#again.delete(key);
      this.#enqueue(key, again);
    }
  }

  /**
   * Hands out nothing from now on and drops what is not in work. As in controller-runtime's priority queue,
   * and unlike client-go's, queued keys are dropped too: the successor lists everything anyway, and a
   * termination must not wait for a thousand passes.
   */
  shutDown(): void {
    this.#shuttingDown = true;
    for (const { timer } of this.#waiting.values()) {
      timer.cancel();
    }
    for (const getter of this.#getters) {
      getter(undefined);
    }
    for (const state of [this.#waiting, this.#queued, this.#lanes, this.#again, this.#getters]) {
      state.clear();
    }
  }

  #isDirty(key: Key): boolean {
    return this.#queued.has(key) || this.#again.has(key);
  }

  #makeDirty(key: Key, priority: number): void {
    if (this.#working.has(key)) {
      const before = this.#again.get(key);
      this.#again.set(key, {
        priority: Math.max(priority, before?.priority ?? priority),
        sinceMs: before?.sinceMs ?? this.#clock.monotonic(),
      });
      return;
    }
    const before = this.#queued.get(key);
    if (before === undefined) {
      this.#enqueue(key, { priority, sinceMs: this.#clock.monotonic() });
    } else if (priority > before.priority) {
      this.#dequeue(key, before.priority);
      this.#enqueue(key, { priority, sinceMs: before.sinceMs });
    }
  }

  #enqueue(key: Key, entry: Queued): void {
    const [getter] = this.#getters;
    if (getter !== undefined) {
      this.#getters.delete(getter);
      this.#working.add(key);
      getter(key);
      return;
    }
    this.#queued.set(key, entry);
    const lane = this.#lanes.get(entry.priority) ?? new Set();
    this.#lanes.set(entry.priority, lane.add(key));
  }

  #dequeue(key: Key, priority: number): void {
    this.#queued.delete(key);
    const lane = this.#lanes.get(priority);
    lane?.delete(key);
    if (lane?.size === 0) {
      this.#lanes.delete(priority);
    }
  }

  #next(): Key | undefined {
    const [first] = this.#lanes.get(Math.max(...this.#lanes.keys())) ?? [];
    return first;
  }

  #handOut(key: Key): Key {
    this.#dequeue(key, this.#queued.get(key)?.priority ?? 0);
    this.#working.add(key);
    return key;
  }
}
