/**
 * What a watcher's reports say about it, for `/healthz`, `/readyz` and metrics. An API server that is down
 * does not make a watcher unhealthy, only stale: restarting every replica would not bring it back.
 */
import type { Clock } from '../lib/clock.ts';
import type { Scope } from './object.ts';
import type { WatcherReport } from './watcher.ts';

/** Longer than a call to the API server may take. */
const graceMs = 120_000;

export class WatchHealth {
  readonly plural: string;
  readonly scope: Scope;
  readonly #clock: Clock;
  #dueAtMs: number;
  #heardAtMs: number;
  #attempts = { listing: 0, watching: 0, pausing: 0 };

  constructor({ plural, scope }: { readonly plural: string; readonly scope?: Scope }, clock: Clock) {
    this.plural = plural;
    this.scope = scope;
    this.#clock = clock;
    this.#dueAtMs = clock.monotonic();
    this.#heardAtMs = this.#dueAtMs;
  }

  /** To be given to a watcher as its `onReport`. */
  readonly record = ({ doing, dueMs, heard }: WatcherReport): void => {
    const now = this.#clock.monotonic();
    this.#dueAtMs = now + dueMs;
    if (heard) {
      this.#heardAtMs = now;
    } else {
      this.#attempts[doing] += 1;
    }
  };

  /** False when the watcher should have done something for two minutes and has not: its loop is stuck. */
  get alive(): boolean {
    return this.#clock.monotonic() < this.#dueAtMs + graceMs;
  }

  /** Time since the API server was last heard, or since the start; bookmarks come about once a minute. */
  get silentForMs(): number {
    return this.#clock.monotonic() - this.#heardAtMs;
  }

  /** How often a page was asked for, a watch opened, a failure waited out. */
  get attempts(): Readonly<Record<WatcherReport['doing'], number>> {
    return this.#attempts;
  }
}
