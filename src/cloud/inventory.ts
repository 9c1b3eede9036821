/**
 * What an account holds in a region, read by listing: one listing serves every object (design §7). A reader says how
 * old a snapshot may be; readers that come while a fitting listing is under way share it.
 */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import type { CallContext } from './http.ts';
import type { EndpointGateway, Subnet, Vpc } from './vpc-types.ts';

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

/** One complete, shared listing. A listing that fails leaves the snapshot before it in place. */
export class Listing<T extends { readonly id: string }> {
  readonly #clock: Clock;
  readonly #list: () => Promise<readonly T[]>;
  #last: Snapshot<T> | undefined;
  #running: Running<T> | undefined;
  #begun = 0;

  /** `list` reads every page; it belongs to all readers, so no single reader's signal may end it. */
  constructor(clock: Clock, list: () => Promise<readonly T[]>) {
    this.#clock = clock;
    this.#list = list;
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
    const items = await this.#list();
    this.#last = { begunAtMs, byId: new Map(items.map((item) => [item.id, item])) };
    return this.#last;
  }
}

export interface InventorySource {
  listGateways(context: CallContext): Promise<readonly EndpointGateway[]>;
  listVpcs(context: CallContext): Promise<readonly Vpc[]>;
  listSubnets(context: CallContext): Promise<readonly Subnet[]>;
}

export class Inventory {
  readonly gateways: Listing<EndpointGateway>;
  readonly vpcs: Listing<Vpc>;
  readonly subnets: Listing<Subnet>;
  readonly #clock: Clock;
  readonly #writtenAtMs = new Map<string, number>();

  /** `signal` ends listings when the program stops. */
  constructor(clock: Clock, source: InventorySource, signal: AbortSignal) {
    const context: CallContext = { signal, priority: 'background' };
    this.#clock = clock;
    this.gateways = new Listing(clock, async () => source.listGateways(context));
    this.vpcs = new Listing(clock, async () => source.listVpcs(context));
    this.subnets = new Listing(clock, async () => source.listSubnets(context));
  }

  /** Notes our own write to a gateway, at its end: snapshots begun before say nothing about that gateway any more. */
  noteWrite(gatewayId: string): void {
    this.#writtenAtMs.set(gatewayId, this.#clock.now() + 1);
  }

  /** The oldest snapshot that already shows our last write to the gateway; 0 when we never wrote to it. */
  lastWriteMs(gatewayId: string): number {
    return this.#writtenAtMs.get(gatewayId) ?? 0;
  }

  /** Called once a gateway is proven absent, so that the memory stays bounded. */
  forget(gatewayId: string): void {
    this.#writtenAtMs.delete(gatewayId);
  }
}
