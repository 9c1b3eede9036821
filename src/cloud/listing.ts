/**
 * Complete listings that readers share: a reader says how old a snapshot may be, and readers that come while a fitting
 * listing is under way share it.
 */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';

export interface Snapshot<T> {
  readonly byId: ReadonlyMap<string, T>;
  /** Local clock, before the first page was asked for: the listing is at least as new as this. */
  readonly begunAtMs: number;
}

interface Running<T> {
  readonly begunAtMs: number;
  /** Counts the listings. */
  readonly ordinal: number;
  readonly snapshot: Promise<Snapshot<T>>;
}

type List<T> = () => Promise<ReadonlyMap<string, T>>;

/** One complete, shared listing. A listing that fails leaves the snapshot before it in place. */
export class Listing<T> {
  readonly #clock: Clock;
  readonly #list: List<T>;
  #last: Snapshot<T> | undefined;
  #running: Running<T> | undefined;
  #begun = 0;

  /** `list` reads every page; it belongs to all readers, so no single reader's signal may end it. */
  constructor(clock: Clock, list: List<T>) {
    this.#clock = clock;
    this.#list = list;
  }

  /** The last snapshot, however old; `undefined` until somebody has read one. Reads nothing. */
  get latest(): Snapshot<T> | undefined {
    return this.#last;
  }

  /**
   * A snapshot begun at or after `notOlderThanMs` (local clock), or during this call: nothing newer can be had, even
   * when the bound lies in the future because the clock was set back.
   */
  async read(notOlderThanMs: number, signal: AbortSignal): Promise<Snapshot<T>> {
    const before = this.#begun;
    for (;;) {
      signal.throwIfAborted();
      if (this.#last !== undefined && this.#reaches(this.#last.begunAtMs, notOlderThanMs)) {
        return this.#last;
      }
      const running = this.#running ?? this.#start();
      if (running.ordinal > before || this.#reaches(running.begunAtMs, notOlderThanMs)) {
        return abortable(running.snapshot, signal);
      }
      // Too old for us but under way: let it end, so that one listing at most loads the account at a time.
      await abortable(Promise.allSettled([running.snapshot]), signal);
    }
  }

  /** A snapshot from the future was begun before the clock was set back: its age is not known. */
  #reaches(begunAtMs: number, notOlderThanMs: number): boolean {
    return begunAtMs >= notOlderThanMs && begunAtMs <= this.#clock.now();
  }

  #start(): Running<T> {
    const begunAtMs = this.#clock.now();
    this.#begun += 1;
    const running: Running<T> = { begunAtMs, ordinal: this.#begun, snapshot: this.#fetch(begunAtMs) };
    this.#running = running;
    const clear = (): void => {
      this.#running = undefined;
    };
    running.snapshot.then(clear, clear);
    return running;
  }

  async #fetch(begunAtMs: number): Promise<Snapshot<T>> {
    this.#last = { begunAtMs, byId: await this.#list() };
    return this.#last;
  }
}

/** Listings of the same kind of thing, one for each key; they are made as they are asked for. */
export class Listings<T> {
  readonly #make: (key: string) => Listing<T>;
  readonly #listings = new Map<string, Listing<T>>();

  /** As the constructor of Listing. */
  constructor(clock: Clock, list: (key: string) => ReturnType<List<T>>) {
    this.#make = (key) => new Listing(clock, async () => list(key));
  }

  of(key: string): Listing<T> {
    const listing = this.#listings.get(key) ?? this.#make(key);
    this.#listings.set(key, listing);
    return listing;
  }
}
