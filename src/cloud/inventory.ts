/**
 * What an account holds, in a region and beyond, read by listing: one listing serves every object (design §7).
 */
import type { Clock } from '../lib/clock.ts';
import type { CatalogClient, ServiceTarget } from './catalog.ts';
import type { CallContext } from './http.ts';
import { Listing, Listings } from './listing.ts';
import type { ResourceControllerClient, ServiceInstance } from './resource-controller.ts';
import type { ResourceGroup, ResourceManagerClient } from './resource-manager.ts';
import type { GatewayTags, SearchClient, TargetInstance } from './search.ts';
import type {
  DnsResolutionBinding,
  EndpointGateway,
  Instance,
  SecurityGroup,
  Subnet,
  Vpc,
} from './vpc-types.ts';
import type { VpcClient } from './vpc.ts';

/** What does not belong to a region: one for all inventories of an account. */
export class AccountInventory {
  /** Service instances that can be targets of gateways, by CRN. */
  readonly instances: Listing<TargetInstance>;
  readonly resourceGroups: Listing<ResourceGroup>;
  /** Service instances that are active or being made, by GUID. */
  readonly serviceInstances: Listing<ServiceInstance>;
  readonly #targets: Listings<ServiceTarget>;

  /** `accountID` tells the account that the credentials belong to; `signal` ends listings when the program stops. */
  constructor(clock: Clock, sources: AccountSources, signal: AbortSignal) {
    const { search, catalog, resourceManager, resourceController, accountID } = sources;
    const context: CallContext = { signal, priority: 'background' };
    this.#targets = new Listings(clock, async (region) =>
      byCrn(await catalog.listServiceTargets(region, context)),
    );
    this.instances = new Listing(clock, async () => byCrn(await search.listTargetInstances(context)));
    this.serviceInstances = new Listing(clock, async () => {
      const instances = await resourceController.listInstances(context);
      return new Map(instances.map((instance) => [instance.guid, instance]));
    });
    this.resourceGroups = new Listing(clock, async () =>
      byId(await resourceManager.listResourceGroups(await accountID(signal), context)),
    );
  }

  /** The catalogue of services of a region that gateways of any region can lead to, by CRN. */
  targetsIn(region: string): Listing<ServiceTarget> {
    return this.#targets.of(region);
  }
}

export interface AccountSources {
  readonly search: Pick<SearchClient, 'listTargetInstances'>;
  readonly catalog: Pick<CatalogClient, 'listServiceTargets'>;
  readonly resourceManager: Pick<ResourceManagerClient, 'listResourceGroups'>;
  readonly resourceController: Pick<ResourceControllerClient, 'listInstances'>;
  readonly accountID: (signal: AbortSignal) => Promise<string>;
}

export interface InventorySources {
  readonly region: string;
  readonly vpc: Pick<
    VpcClient,
    'listGateways' | 'listVpcs' | 'listSubnets' | 'listSecurityGroups' | 'listDnsBindings' | 'visibleInstance'
  >;
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
  readonly serviceInstances: Listing<ServiceInstance>;
  readonly #clock: Clock;
  readonly #account: AccountInventory;
  readonly #dnsBindings: Listings<DnsResolutionBinding>;
  readonly #instances: Listings<Instance>;
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
    this.serviceInstances = account.serviceInstances;
    this.#account = account;
    this.#dnsBindings = new Listings(clock, async (vpcId) => byId(await vpc.listDnsBindings(vpcId, context)));
    this.#instances = new Listings(clock, async (id) => byId(await vpc.visibleInstance(id, context)));
  }

  /** The catalogue of services of a region that gateways of any region can lead to, by CRN. */
  targetsIn(region: string): Listing<ServiceTarget> {
    return this.#account.targetsIn(region);
  }

  /** With whom a VPC shares DNS. */
  dnsBindingsOf(vpcId: string): Listing<DnsResolutionBinding> {
    return this.#dnsBindings.of(vpcId);
  }

  /** One virtual server instance, or nothing where the account cannot see it. */
  instance(id: string): Listing<Instance> {
    return this.#instances.of(id);
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
