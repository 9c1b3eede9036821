/**
 * One candidate's view of the Lease, and its writes to it.
 *
 * The view is trusted as far as client-go trusts it (style-models §1.2): what counts is the local time at which the
 * record was last seen to change, never the times written in it; it is read from the monotonic clock, so that setting
 * the wall clock makes nobody's time shorter or longer. Every write carries the version that it was decided on, so of
 * two that write one fails.
 */
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import { claimedBy, leaseType, releasedAt, type Lease, type LeaseTimes } from './lease-record.ts';
import { apiVersionOf, type Draft } from './object.ts';

export interface LeaseClaimOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly name: string;
  /** Different for every process that ever runs; the pod name is not, when a container restarts. */
  readonly identity: string;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  readonly log: Logger;
}

/** So that a drain, the release and the last events fit into the 30 s that Kubernetes grants, whatever is configured. */
const longestGiveUpMs = 5_000;

export class LeaseClaim {
  readonly #options: LeaseClaimOptions;
  readonly #key: string;
  #seen: Lease | undefined;
  #seenChangedAtMs = 0;
  #hasClaimed = false;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
    this.#key = `${options.namespace}/${options.name}`;
  }

  /** Whether the record, as last seen, names us. */
  get holds(): boolean {
    return this.#seen?.spec.holderIdentity === this.#options.identity;
  }

  get holder(): string | undefined {
    return this.#seen?.spec.holderIdentity;
  }

  /** Of the record as last seen; absent before there was one. */
  get version(): string | undefined {
    return this.#seen?.metadata.resourceVersion;
  }

  /** After an attempt that worked: when its write was sent (monotonic). Others may count from when it was written. */
  get renewedAtMs(): number {
    return this.#seenChangedAtMs;
  }

  /** Whether a write was ever sent: from then on the lease may be ours without our knowing. */
  get hasClaimed(): boolean {
    return this.#hasClaimed;
  }

  /** One try to become or remain the holder; whether that worked. Throws only when aborted. */
  async attempt(signal: AbortSignal): Promise<boolean> {
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

  /** Leaves the lease to others without their having to wait it out. Never throws, and ends in bounded time. */
  async giveUp(): Promise<void> {
    const { clock, log } = this.#options;
    using scope = new AbortScope(clock, new AbortController().signal);
    scope.limit(longestGiveUpMs);
    try {
      // A renewal that was cut off may still arrive between our reading and writing, but only once.
      const isFree = (await this.#blank(scope.signal)) || (await this.#blank(scope.signal));
      log.info({ lease: this.#key, isFree }, 'lease given up');
    } catch (error) {
      log.warn({ err: error, lease: this.#key }, 'the lease could not be released and will expire');
    }
  }

  async #tryOnce(signal: AbortSignal): Promise<boolean> {
    const held = this.holds;
    if (held && this.#seen !== undefined && (await this.#write(this.#seen, signal))) {
      return true;
    }
    const lease = await this.#read(signal);
    // A holder that finds another one has not been leading meanwhile, however free the lease is by now.
    if (!this.holds && (held || !this.#expired())) {
      return false;
    }
    return lease === undefined ? this.#create(signal) : this.#write(lease, signal);
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, clock } = this.#options;
    try {
      const lease = await client.get<Lease>(leaseType, this.#key, signal);
      this.#see(lease, clock.monotonic());
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
    const spec = claimedBy(identity, lease.spec, times, clock.now());
    return this.#put(async ({ client }) => client.replace<Lease>(leaseType, { ...lease, spec }, signal));
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { namespace, name, identity, times, clock } = this.#options;
    const draft: Draft<Lease> = {
      apiVersion: apiVersionOf(leaseType),
      kind: leaseType.kind,
      metadata: { namespace, name },
      spec: claimedBy(identity, undefined, times, clock.now()),
    };
    return this.#put(async ({ client }) => client.create<Lease>(leaseType, draft, signal));
  }

  async #put(put: (options: LeaseClaimOptions) => Promise<Lease>): Promise<boolean> {
    const sentAtMs = this.#options.clock.monotonic();
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

  /** Whether the lease is not ours any more; false when somebody was faster. */
  async #blank(signal: AbortSignal): Promise<boolean> {
    const lease = await this.#read(signal);
    if (lease === undefined || !this.holds) {
      return true;
    }
    const spec = releasedAt(this.#options.clock.now(), lease.spec);
    return this.#put(async ({ client }) => client.replace<Lease>(leaseType, { ...lease, spec }, signal));
  }

  #see(lease: Lease, atMs: number): void {
    if (JSON.stringify(lease.spec) !== JSON.stringify(this.#seen?.spec)) {
      this.#seenChangedAtMs = atMs;
    }
    this.#sayHolder(this.holder, lease.spec.holderIdentity);
    this.#seen = lease;
  }

  #sayHolder(before: string | undefined, holder = ''): void {
    const { identity, log } = this.#options;
    if (holder !== before && holder !== '' && holder !== identity) {
      log.info({ lease: this.#key, holder }, 'the lease is held by another');
    }
  }

  /** A record that somebody deleted says nothing about its holder, who may lead on until the time is over. */
  #expired(): boolean {
    const { holderIdentity = '', leaseDurationSeconds = 0 } = this.#seen?.spec ?? {};
    const expiresAtMs = this.#seenChangedAtMs + leaseDurationSeconds * 1000;
    return holderIdentity === '' || this.#options.clock.monotonic() >= expiresAtMs;
  }
}
