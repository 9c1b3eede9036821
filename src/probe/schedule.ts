import type { Clock, Timer } from '../lib/clock.ts';

interface Entry {
  readonly key: string;
  readonly dueMs: number;
}

/** When the turn of each key comes. One timer serves all; without keys, or when stopped, there is none. */
export class Schedule {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #byKey = new Map<string, Entry>();
  /** In order of time; of the same time, in the order of setting. */
  readonly #entries: Entry[] = [];
  #timer: { readonly dueMs: number; readonly timer: Timer } | undefined;
  #started = false;

  /** Every time that is set leads to one call, unless it is set anew or deleted before. */
  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  start(): void {
    this.#started = true;
    this.#arm();
  }

  /** Times stay set. */
  stop(): void {
    this.#started = false;
    this.#arm();
  }

  set(key: string, delayMs: number): void {
    this.#remove(key);
    const entry = { key, dueMs: this.#clock.monotonic() + delayMs };
    this.#byKey.set(key, entry);
    this.#entries.splice(this.#placeAfter(entry.dueMs), 0, entry);
    this.#arm();
  }

  delete(key: string): void {
    this.#remove(key);
    this.#arm();
  }

  #remove(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry !== undefined) {
      this.#byKey.delete(key);
      this.#entries.splice(this.#entries.indexOf(entry), 1);
    }
  }

  /** Where the entries that are due later begin. */
  #placeAfter(dueMs: number): number {
    let [from, to] = [0, this.#entries.length];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      [from, to] = (this.#entries[middle]?.dueMs ?? dueMs) <= dueMs ? [middle + 1, to] : [from, middle];
    }
    return from;
  }

  #arm(): void {
    const dueMs = this.#started ? this.#entries[0]?.dueMs : undefined;
    if (dueMs === this.#timer?.dueMs) {
      return;
    }
    this.#timer?.timer.cancel();
    this.#timer =
      dueMs === undefined
        ? undefined
        : {
            dueMs,
            timer: this.#clock.setTimer(Math.max(0, dueMs - this.#clock.monotonic()), () => this.#fire()),
          };
  }

  #fire(): void {
    this.#timer = undefined;
    const due = this.#entries.splice(0, this.#placeAfter(this.#clock.monotonic()));
    due.forEach(({ key }) => this.#byKey.delete(key));
    this.#arm();
    due.forEach(({ key }) => this.#onDue(key));
  }
}
