/**
 * Leader election on a coordination.k8s.io Lease, with the semantics of client-go's `leaderelection`
 * (style-models §1.2).
 *
 * Guarantees: two candidates whose clocks run equally fast never both lead, because a candidate trusts only
 * the local time at which it last saw the record change, never the times written in it, and because a holder
 * gives up (`lost`) before anyone else may take over. It does not fence: a write that is in flight when
 * leadership ends may still arrive, so writes must be safe to happen twice.
 */
import type { Logger } from 'pino';
import { sleep, type Clock } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import {
  checkLeaseTimes,
  claimedBy,
  leaseType,
  releasedAt,
  retryJitter,
  type Lease,
  type LeaseTimes,
} from './lease-record.ts';
import { apiVersionOf, type Draft } from './object.ts';

export interface LeaseOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly name: string;
  /** Different for every process that ever runs; the pod name is not, when a container restarts. */
  readonly identity: string;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  /** Yields numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

export interface Leadership {
  /** Aborts when the renew deadline has passed, or somebody else holds the lease. */
  readonly lost: AbortSignal;
  /** Stops renewing and hands the lease over without the others having to wait it out. Never throws. */
  release(): Promise<void>;
}

export class LeaseElection {
  readonly #options: LeaseOptions;
  readonly #key: string;
  #seen: Lease | undefined;
  #seenChangedAtMs = 0;
  /** Whether a write was ever sent: from then on the lease may be ours without our knowing. */
  #hasClaimed = false;

  /** Throws when `times` could let two candidates lead at once or a holder miss its own deadline. */
  constructor(options: LeaseOptions) {
    checkLeaseTimes(options.times);
    this.#options = options;
    this.#key = `${options.namespace}/${options.name}`;
  }

  /**
   * Resolves once this process leads; rejects only when `signal` aborts. A claim that may have been written by
   * then is taken back first, so that the others need not wait it out.
   */
  async acquire(signal: AbortSignal): Promise<Leadership> {
    const { clock, log, random, times } = this.#options;
    try {
      while (!(await this.#attempt(signal))) {
        await sleep(clock, times.retryMs * (1 + random() * retryJitter), signal);
      }
    } catch (error) {
      if (this.#hasClaimed) {
        await this.#giveUp();
      }
      throw error;
    }
    log.info({ lease: this.#key }, 'leading');
    return this.#lead();
  }

  #lead(): Leadership {
    const lost = new AbortController();
    const stop = new AbortController();
    const renewing = this.#renew(stop.signal, lost);
    return {
      lost: lost.signal,
      release: async () => {
        stop.abort();
        await renewing;
        if (!lost.signal.aborted) {
          await this.#giveUp();
        }
      },
    };
  }

  /** Ends when stopped, or with `lost` aborted. */
  async #renew(stop: AbortSignal, lost: AbortController): Promise<void> {
    const { clock, log, times } = this.#options;
    try {
      for (;;) {
        using deadline = new AbortScope(clock, stop);
        // Counted from when the last renewal was sent: others may count from when it was written.
        deadline.limit(this.#seenChangedAtMs + times.renewDeadlineMs - clock.now());
        do {
          await sleep(clock, times.retryMs, deadline.signal);
        } while (!(await this.#attempt(deadline.signal)) && this.#holds());
        if (!this.#holds()) {
          throw new Error(`the lease is held by ${this.#seen?.spec.holderIdentity ?? 'nobody'}`);
        }
      }
    } catch (error) {
      if (!stop.aborted) {
        log.error({ err: error, lease: this.#key }, 'leadership lost');
        lost.abort(new Error('leadership lost', { cause: error }));
      }
    }
  }

  /** One try to become or remain the holder; whether that worked. Throws only when aborted. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { clock, log, times } = this.#options;
    using scope = new AbortScope(clock, signal);
    // A call that hangs must leave time for another try.
    scope.limit(times.renewDeadlineMs / 2);
    try {
      return await this.#tryOnce(scope.signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error, lease: this.#key }, 'the lease could not be acquired or renewed');
      return false;
    }
  }

  async #tryOnce(signal: AbortSignal): Promise<boolean> {
    const held = this.#holds();
    if (held && this.#seen !== undefined && (await this.#write(this.#seen, signal))) {
      return true;
    }
    const lease = await this.#read(signal);
    if (lease === undefined) {
      return this.#create(signal);
    }
    // A holder that finds another one has not been leading meanwhile, however free the lease is by now.
    return (this.#holds() || (!held && this.#expired())) && this.#write(lease, signal);
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, clock } = this.#options;
    try {
      const lease = await client.get<Lease>(leaseType, this.#key, signal);
      this.#see(lease, clock.now());
      return lease;
    } catch (error) {
      if (error instanceof KubeError && error.reason === 'absent') {
        return undefined;
      }
      throw error;
    }
  }

  /** Claims the lease that was last seen as `lease`; false when somebody was faster. */
  async #write(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { identity, times, clock } = this.#options;
    const now = clock.now();
    const spec = claimedBy(identity, lease.spec, times, now);
    return this.#put(now, async ({ client }) => client.replace<Lease>(leaseType, { ...lease, spec }, signal));
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { namespace, name, identity, times, clock } = this.#options;
    const now = clock.now();
    const draft: Draft<Lease> = {
      apiVersion: apiVersionOf(leaseType),
      kind: leaseType.kind,
      metadata: { namespace, name },
      spec: claimedBy(identity, undefined, times, now),
    };
    return this.#put(now, async ({ client }) => client.create<Lease>(leaseType, draft, signal));
  }

  async #put(sentAtMs: number, put: (options: LeaseOptions) => Promise<Lease>): Promise<boolean> {
    this.#hasClaimed = true;
    try {
      this.#see(await put(this.#options), sentAtMs);
      return true;
    } catch (error) {
      if (error instanceof KubeError && (error.reason === 'conflict' || error.reason === 'absent')) {
        return false;
      }
      throw error;
    }
  }

  async #giveUp(): Promise<void> {
    const { clock, log, times } = this.#options;
    using scope = new AbortScope(clock, new AbortController().signal);
    scope.limit(times.renewDeadlineMs / 2);
    try {
      // A renewal that was cut off may still arrive between our reading and writing, but only once.
      const isFree = (await this.#blank(scope.signal)) || (await this.#blank(scope.signal));
      log.info({ lease: this.#key, isFree }, 'lease given up');
    } catch (error) {
      log.warn({ err: error, lease: this.#key }, 'the lease could not be released and will expire');
    }
  }

  /** Whether the lease is not ours any more; false when somebody was faster. */
  async #blank(signal: AbortSignal): Promise<boolean> {
    const lease = await this.#read(signal);
    if (lease === undefined || !this.#holds()) {
      return true;
    }
    const now = this.#options.clock.now();
    const spec = releasedAt(now, lease.spec);
    return this.#put(now, async ({ client }) => client.replace<Lease>(leaseType, { ...lease, spec }, signal));
  }

  #see(lease: Lease, atMs: number): void {
    if (JSON.stringify(lease.spec) !== JSON.stringify(this.#seen?.spec)) {
      this.#seenChangedAtMs = atMs;
    }
    this.#seen = lease;
  }

  #holds(): boolean {
    return this.#seen?.spec.holderIdentity === this.#options.identity;
  }

  #expired(): boolean {
    const { holderIdentity = '', leaseDurationSeconds = 0 } = this.#seen?.spec ?? {};
    const expiresAtMs = this.#seenChangedAtMs + leaseDurationSeconds * 1000;
    return holderIdentity === '' || this.#options.clock.now() >= expiresAtMs;
  }
}
