/**
 * The watch of the Lease that a candidate waits for, so that a lease handed over is taken at once.
 *
 * It decides nothing: a candidate that is woken reads the Lease and writes under the version read, so a late, lost or
 * repeated event costs one look and never makes two leaders; and it goes on looking every retry period, so a watch
 * that cannot be had costs time and nothing else. When a watch ends, whatever the reason, the candidate is woken, and
 * opens the next one from the version that it reads then: nothing falls between the two. No loop is hot: only a watch
 * that lived for a second and ended in order, or went silent, is followed by another without a pause.
 */
import type { Logger } from 'pino';
import { sleep, type Clock } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import type { KubeClient } from './client.ts';
import { errorFromFailure, type KubeError } from './errors.ts';
import { leaseType, type Lease, type LeaseTimes } from './lease-record.ts';
import { ReopenPauses } from './reopen-pauses.ts';
import type { RawWatchEvent } from './watch-stream.ts';

export interface LeaseWatchOptions {
  readonly client: Pick<KubeClient, 'watch'>;
  readonly namespace: string;
  readonly name: string;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  /** Yields numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

export class LeaseWatch implements Disposable {
  readonly #options: LeaseWatchOptions;
  readonly #pauses: ReopenPauses;
  readonly #closed = new AbortController();
  #isFollowing = false;
  /** Kept until the next wait: what happens during a look is not seen by it for certain. */
  #rang = false;
  #wake: () => void = () => {};

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
    this.#pauses = new ReopenPauses(options);
  }

  /**
   * Waits `limitMs`, or less when another look at the Lease is worth it; rejects only when `signal` aborts. `version`
   * is the one just looked at, absent when there is no Lease yet; a watch begins there unless one is open.
   */
  async wait(limitMs: number, version: string | undefined, signal: AbortSignal): Promise<void> {
    if (version !== undefined && !this.#isFollowing) {
      void this.#follow(version);
    }
    using scope = new AbortScope(this.#options.clock, signal);
    scope.limit(limitMs);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      scope.signal.addEventListener('abort', () => resolve(), { once: true });
      if (this.#rang || signal.aborted) {
        resolve();
      }
    });
    this.#rang = false;
    signal.throwIfAborted();
  }

  /** Ends the watch; nobody waits for its connection to be closed. */
  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  /** Never rejects. */
  async #follow(version: string): Promise<void> {
    const { clock, log, name } = this.#options;
    this.#isFollowing = true;
    const failure = (await this.#read(version)) ?? this.#pauses.endedAtOnce();
    if (failure !== undefined && !this.#closed.signal.aborted) {
      const pauseMs = this.#pauses.next(failure);
      log.warn({ err: failure, pauseMs, lease: name }, 'the lease cannot be watched and is polled meanwhile');
      await sleep(clock, pauseMs, this.#closed.signal).catch(() => {});
    }
    this.#isFollowing = false;
    this.#ring();
  }

  /** Rings for every version of the Lease that anybody may take. Ends with the failure that ended the watch, if any. */
  async #read(resourceVersion: string): Promise<KubeError | undefined> {
    const { client, clock, namespace, name, times } = this.#options;
    const timeoutSeconds = this.#pauses.open();
    using scope = new AbortScope(clock, this.#closed.signal);
    // A holder renews more often than that. Without one, the candidate need not be woken.
    scope.limit(times.durationMs);
    try {
      const options = { namespace, name, resourceVersion, timeoutSeconds };
      for await (const event of client.watch<Lease>(leaseType, options, scope.signal)) {
        scope.limit(times.durationMs);
        if (isFree(event)) {
          this.#ring();
        }
      }
    } catch (error) {
      return scope.timedOut ? undefined : errorFromFailure('watch the lease', error);
    }
    return undefined;
  }

  #ring(): void {
    this.#rang = true;
    this.#wake();
  }
}

/** Handed over. A record that was deleted is another matter: its holder may lead on. */
function isFree(event: RawWatchEvent<Lease>): boolean {
  return event.type !== 'BOOKMARK' && (event.object.spec.holderIdentity ?? '') === '';
}
