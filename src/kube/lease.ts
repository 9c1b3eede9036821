/**
 * Leader election on a coordination.k8s.io Lease, with the semantics of client-go's `leaderelection`
 * (style-models §1.2); unlike it, a candidate watches the Lease and takes a released one at once.
 *
 * Guarantees: two candidates whose monotonic clocks run equally fast never both lead, because a candidate trusts
 * only the local time at which it last saw the record change, never the times written in it, and because a holder
 * gives up (`lost`) before anyone else may take over.
 *
 * Two things break that, each until the old holder's next renewal is answered, or else until its renew deadline: that
 * somebody deletes the Lease or edits it by hand; and that a machine is suspended, because the monotonic clock may
 * stand still meanwhile (while a process is stopped it runs on). The wall clock would tell, but a step of NTP looks
 * the same and must not end a healthy leadership; client-go decides alike.
 *
 * It does not fence: a write that is in flight when leadership ends may still arrive, so writes must be safe to happen
 * twice.
 */
import { sleep } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import { LeaseClaim, type LeaseClaimOptions } from './lease-claim.ts';
import { checkLeaseTimes, retryJitter } from './lease-record.ts';
import { LeaseWatch, type LeaseWatchOptions } from './lease-watch.ts';

export type LeaseOptions = LeaseClaimOptions & LeaseWatchOptions;

export interface Leadership {
  /** Aborts when the renew deadline has passed, or somebody else holds the lease. */
  readonly lost: AbortSignal;
  /**
   * Throws unless this process leads at this moment, and then aborts `lost` if it was not released. To be called right
   * before whatever only a leader may begin: in a process that was stopped and goes on, answers that came meanwhile are
   * handled before the timer of the deadline is.
   */
  assertHeld(): void;
  /** Stops renewing and hands the lease over without the others having to wait it out. Never throws. */
  release(): Promise<void>;
}

export class LeaseElection {
  readonly #options: LeaseOptions;

  /** Throws when `times` could let two candidates lead at once or a holder miss its own deadline. */
  constructor(options: LeaseOptions) {
    checkLeaseTimes(options.times);
    this.#options = options;
  }

  /**
   * Resolves once this process leads; rejects only when `signal` aborts. A claim that may have been written by
   * then is taken back first, so that the others need not wait it out.
   */
  async acquire(signal: AbortSignal): Promise<Leadership> {
    const { log, namespace, name } = this.#options;
    const claim = new LeaseClaim(this.#options);
    try {
      await this.#untilClaimed(claim, signal);
    } catch (error) {
      if (claim.hasClaimed) {
        await claim.giveUp();
      }
      throw error;
    }
    log.info({ lease: `${namespace}/${name}` }, 'leading');
    return new Term(claim, this.#options);
  }

  async #untilClaimed(claim: LeaseClaim, signal: AbortSignal): Promise<void> {
    const { random, times } = this.#options;
    using watch = new LeaseWatch(this.#options);
    while (!(await claim.attempt(signal))) {
      await watch.wait(times.retryMs * (1 + random() * retryJitter), claim.version, signal);
    }
  }
}

/** From a successful claim to the end of leadership. */
class Term implements Leadership {
  readonly #claim: LeaseClaim;
  readonly #options: LeaseOptions;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  /** Monotonic. */
  #heldUntilMs = 0;

  constructor(claim: LeaseClaim, options: LeaseOptions) {
    this.#claim = claim;
    this.#options = options;
    this.#renewing = this.#renew();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  assertHeld(): void {
    this.#ended.signal.throwIfAborted();
    if (this.#options.clock.monotonic() >= this.#heldUntilMs) {
      this.#lose(new Error('the renew deadline has passed'));
      this.#ended.signal.throwIfAborted();
    }
  }

  async release(): Promise<void> {
    this.#ended.abort(new Error('the lease was released'));
    await this.#renewing;
    if (!this.lost.aborted) {
      await this.#claim.giveUp();
    }
  }

  /** Ends with the term. */
  async #renew(): Promise<void> {
    const { clock, times } = this.#options;
    try {
      for (;;) {
        using deadline = new AbortScope(clock, this.#ended.signal);
        this.#heldUntilMs = this.#claim.renewedAtMs + times.renewDeadlineMs;
        deadline.limit(this.#heldUntilMs - clock.monotonic());
        do {
          await sleep(clock, times.retryMs, deadline.signal);
          this.assertHeld();
        } while (!(await this.#claim.attempt(deadline.signal)) && this.#claim.holds);
        if (!this.#claim.holds) {
          throw new Error(`the lease is held by ${this.#claim.holder ?? 'nobody'}`);
        }
      }
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Only the first end of a term counts. */
  #lose(cause: unknown): void {
    if (!this.#ended.signal.aborted) {
      const { log, namespace, name } = this.#options;
      log.error({ err: cause, lease: `${namespace}/${name}` }, 'leadership lost');
      const reason = new Error('leadership lost', { cause });
      this.#ended.abort(reason);
      this.#lost.abort(reason);
    }
  }
}
