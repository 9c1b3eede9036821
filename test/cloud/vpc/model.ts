/**
 * The resources of the VPC service, as the service holds them: direct references between resources, one graph
 * per account and region. What a client sees of them is made by `render.ts`.
 */
import type { Account, ResourceGroup } from '../accounts.ts';
import type { Block } from './addresses.ts';
import type { DnsBinding } from './dns/model.ts';
import type { AccessBinding, LoadBalancer, PrivatePath } from './private-path/model.ts';

export type LifecycleState =
  'pending' | 'waiting' | 'updating' | 'stable' | 'failed' | 'suspended' | 'deleting';
export type HealthState = 'ok' | 'degraded' | 'faulted' | 'inapplicable';
export type DnsMode = 'disabled' | 'primary' | 'per_resource_binding';

/** Who made a resource: `seed` is the test's own hand, `api` some client. */
export type Origin = 'seed' | 'api';

/** One account's resources in one region; resources of different ones never see each other. */
export interface AccountRegion {
  readonly account: Account;
  readonly region: string;
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly gateways: Map<string, EndpointGateway>;
  readonly instances: Map<string, Instance>;
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly privatePaths: Map<string, PrivatePath>;
}

export function emptyArea(account: Account, region: string): AccountRegion {
  return {
    account,
    region,
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    gateways: new Map(),
    instances: new Map(),
    loadBalancers: new Map(),
    privatePaths: new Map(),
  };
}

export interface Resource {
  readonly id: string;
  readonly crn: string;
  name: string;
  readonly createdAtMs: number;
  readonly resourceGroup: ResourceGroup;
}

export interface Vpc extends Resource {
  readonly area: AccountRegion;
  /** Address prefix of each zone. */
  readonly zones: ReadonlyMap<string, Block>;
  /** A DNS hub (§10.1). */
  enableHub: boolean;
  /** To its hub, at most one (R22); on a hub, those of the VPCs that share with it. */
  readonly dnsBindings: Set<DnsBinding>;
  /** The hub that it delegates DNS resolution to. */
  resolver: Vpc | undefined;
  /** Addresses of DNS servers that somebody set for it; none when it has the system's, or its hub's. */
  manualServers: readonly string[];
  /** When DNS sharing last ended for something, by what it was: the hazard of §3.3. */
  readonly sharingEndedAtMs: Map<string, number>;
  readonly networkAcl: { readonly id: string; readonly name: string };
  readonly routingTable: { readonly id: string; readonly name: string };
  readonly subnets: Set<Subnet>;
  readonly securityGroups: Set<SecurityGroup>;
  readonly gateways: Set<EndpointGateway>;
  readonly privatePaths: Set<PrivatePath>;
  status: 'available' | 'deleting';
  /** A gateway create holds it while it is being processed (rule R24). */
  locked: boolean;
}

/** A virtual server; a zonal resource. */
export interface Instance extends Resource {
  readonly vpc: Vpc;
  readonly zone: string;
}

export interface Subnet extends Resource {
  readonly vpc: Vpc;
  readonly zone: string;
  readonly block: Block;
  readonly reservedIPs: Map<string, ReservedIP>;
  /** The same by address: every address that is not free. */
  readonly byAddress: Map<number, ReservedIP>;
  status: 'available' | 'deleting';
}

export interface ReservedIP {
  readonly id: string;
  name: string;
  readonly createdAtMs: number;
  readonly subnet: Subnet;
  readonly address: number;
  /** False while clients still read `0.0.0.0`. */
  addressChosen: boolean;
  autoDelete: boolean;
  readonly owner: 'user' | 'provider';
  lifecycleState: LifecycleState;
  gateway: EndpointGateway | undefined;
  readonly origin: Origin;
  /** It outlived its binding because the client had set `auto_delete` to false. */
  kept: boolean;
}

export interface RuleEnd {
  readonly address?: string;
  readonly cidrBlock?: string;
  /** The rule's own group when it is `self`. */
  readonly securityGroup?: SecurityGroup | 'self';
}

export interface SecurityGroupRule {
  readonly id: string;
  readonly name: string;
  readonly direction: 'inbound' | 'outbound';
  /** In the words of the newest version date; `render.ts` translates for older ones. */
  readonly protocol: string;
  readonly local: RuleEnd;
  readonly remote: RuleEnd;
  /** `code`, `type`, `port_min`, `port_max` as far as they were given. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface SecurityGroup extends Resource {
  readonly vpc: Vpc;
  readonly isDefault: boolean;
  readonly rules: readonly SecurityGroupRule[];
  /** Gateways by id; may hold one that is already gone (`detachLagMs`). */
  readonly targets: Map<string, EndpointGateway>;
}

export interface GatewayTarget {
  readonly resourceType:
    'provider_cloud_service' | 'provider_infrastructure_service' | 'private_path_service_gateway';
  /** The CRN, or the name of an infrastructure service: what rule R1 compares. */
  readonly key: string;
  /** CRN field of the service, such as `kms`; the name of an infrastructure service. */
  readonly service: string;
  /** Name of the service instance, if the target is one that exists. */
  readonly instance?: string;
  /** Set when the target is one. */
  readonly privatePath?: PrivatePath;
}

export interface LifecycleReason {
  readonly code: string;
  readonly message: string;
}

export interface EndpointGateway extends Resource {
  readonly vpc: Vpc;
  readonly origin: Origin;
  readonly target: GatewayTarget;
  readonly serviceEndpoints: readonly string[];
  dnsResolutionBindingMode: DnsMode;
  lifecycleState: LifecycleState;
  healthState: HealthState;
  lifecycleReasons: readonly LifecycleReason[];
  /** A test holds it in its state; time does not move it on. */
  forced: boolean;
  /** `updating` ends at this time unless another change moves it further out. */
  settlesAtMs: number;
  /** When DNS sharing that is being set up will be. */
  sharedAtMs: number;
  /** By zone, at most one each (rule R6). */
  readonly ips: Map<string, ReservedIP>;
  readonly securityGroups: Set<SecurityGroup>;
  readonly resourceBindings: Map<string, ResourceBinding>;
  /** What the provider decided about it, when its target is a Private Path service gateway. */
  access: AccessBinding | undefined;
}

/** Local access to one bucket (§2.8). */
export interface ResourceBinding {
  readonly id: string;
  name: string;
  readonly createdAtMs: number;
  readonly targetCrn: string;
  readonly serviceEndpoint: string;
  lifecycleState: LifecycleState;
}
