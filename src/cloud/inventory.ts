/**
 * What an account holds, in a region and beyond, read by listing: one listing serves every object (design §7). A
 * reader says how old a snapshot may be; readers that come while a fitting listing is under way share it.
 */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import type { CatalogClient, ServiceTarget } from './catalog.ts';
import type { CallContext } from './http.ts';
import type { ResourceGroup, ResourceManagerClient } from './resource-manager.ts';
import type { GatewayTags, SearchClient, TargetInstance } from './search.ts';
import type { EndpointGateway, SecurityGroup, Subnet, Vpc } from './vpc-types.ts';
import type { VpcClient } from './vpc.ts';

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

/** What does not belong to a region: one for all inventories of an account. */
export class AccountInventory {
  /** Service instances that can be targets of gateways, by CRN. */
  readonly instances: Listing<TargetInstance>;
  readonly resourceGroups: Listing<ResourceGroup>;
  readonly #clock: Clock;
  readonly #listTargets: (region: string) => Promise<readonly ServiceTarget[]>;
  readonly #targets = new Map<string, Listing<ServiceTarget>>();

  /** `accountID` tells the account that the credentials belong to; `signal` ends listings when the program stops. */
  constructor(clock: Clock, sources: AccountSources, signal: AbortSignal) {
    const { search, catalog, resourceManager, accountID } = sources;
    const context: CallContext = { signal, priority: 'background' };
    this.#clock = clock;
    this.#listTargets = async (region) => catalog.listServiceTargets(region, context);
    this.instances = new Listing(clock, async () => byCrn(await search.listTargetInstances(context)));
    this.resourceGroups = new Listing(clock, async () =>
      byId(await resourceManager.listResourceGroups(await accountID(signal), context)),
    );
  }

  /** The catalogue of services of a region that gateways of any region can lead to, by CRN. */
  targetsIn(region: string): Listing<ServiceTarget> {
    const known = this.#targets.get(region);
    if (known !== undefined) {
      return known;
    }
    const listing = new Listing(this.#clock, async () => byCrn(await this.#listTargets(region)));
    this.#targets.set(region, listing);
    return listing;
  }
}

export interface AccountSources {
  readonly search: Pick<SearchClient, 'listTargetInstances'>;
  readonly catalog: Pick<CatalogClient, 'listServiceTargets'>;
  readonly resourceManager: Pick<ResourceManagerClient, 'listResourceGroups'>;
  readonly accountID: (signal: AbortSignal) => Promise<string>;
}

export interface InventorySources {
  readonly region: string;
  readonly vpc: Pick<VpcClient, 'listGateways' | 'listVpcs' | 'listSubnets' | 'listSecurityGroups'>;
  readonly search: Pick<SearchClient, 'listTaggedGateways'>;
  readonly account: AccountInventory;
}

export class Inventory {
  readonly gateways: Listing<EndpointGateway>;
  readonly vpcs: Listing<Vpc>;
  readonly subnets: Listing<Subnet>;
  readonly securityGroups: Listing<SecurityGroup>;
  /** Tags of gateways by CRN, as the search knows them: seconds behind the tagging service. */
  readonly tags: Listing<GatewayTags>;
  readonly instances: Listing<TargetInstance>;
  readonly resourceGroups: Listing<ResourceGroup>;
  readonly #clock: Clock;
  readonly #account: AccountInventory;
  readonly #writtenAtMs = new Map<string, number>();

  /** `signal` ends listings when the program stops. */
  constructor(clock: Clock, { region, vpc, search, account }: InventorySources, signal: AbortSignal) {
    const context: CallContext = { signal, priority: 'background' };
    this.#clock = clock;
    this.gateways = new Listing(clock, async () => byId(await vpc.listGateways(context)));
    this.vpcs = new Listing(clock, async () => byId(await vpc.listVpcs(context)));
    this.subnets = new Listing(clock, async () => byId(await vpc.listSubnets(context)));
    this.securityGroups = new Listing(clock, async () => byId(await vpc.listSecurityGroups(context)));
    this.tags = new Listing(clock, async () => search.listTaggedGateways(region, context));
    this.instances = account.instances;
    this.resourceGroups = account.resourceGroups;
    this.#account = account;
  }

  /** The catalogue of services of a region that gateways of any region can lead to, by CRN. */
  targetsIn(region: string): Listing<ServiceTarget> {
    return this.#account.targetsIn(region);
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

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function byCrn<T extends { readonly crn: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.crn, item]));
}
