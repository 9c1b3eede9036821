/**
 * The part of the VPC API's models that the operator reads (vpc-endpoint-gateways §2, version dates from
 * 2025-11-18). Enumerations are strings: the API reserves the right to add values (§1.2).
 */

export interface Reference {
  readonly id: string;
  readonly name: string;
}

export interface ReservedIPReference extends Reference {
  /** `0.0.0.0` while the address is being chosen (§2.6). */
  readonly address: string;
  /** `…/v1/subnets/{subnet}/reserved_ips/{id}` */
  readonly href: string;
}

export interface ReservedIP extends ReservedIPReference {
  readonly auto_delete: boolean;
  readonly lifecycle_state: string;
  /** `user` or `provider`; the provider's own can be neither changed nor bound (R13). */
  readonly owner: string;
  /** What it is bound to; some of IBM's own uses show none (§2.6). */
  readonly target?: Reference & { readonly resource_type: string };
}

export interface LifecycleReason {
  readonly code: string;
  readonly message: string;
}

export interface EndpointGateway extends Reference {
  readonly created_at: string;
  readonly crn: string;
  readonly dns_resolution_binding_mode?: string;
  readonly health_state: string;
  readonly ips: readonly ReservedIPReference[];
  readonly lifecycle_reasons: readonly LifecycleReason[];
  readonly lifecycle_state: string;
  readonly resource_group: Reference;
  readonly security_groups: readonly Reference[];
  readonly service_endpoints: readonly string[];
  readonly target: GatewayTarget;
  readonly vpc: Reference;
}

/** A cloud service has a CRN, an infrastructure service a name, a Private Path service gateway has all (§2.5). */
export interface GatewayTarget {
  readonly resource_type: string;
  readonly crn?: string;
  readonly name?: string;
}

export interface Vpc extends Reference {
  readonly crn: string;
  /** How it shares DNS with other VPCs (§2.7). */
  readonly dns?: {
    readonly enable_hub: boolean;
    readonly resolution_binding_count: number;
    /** Of type `delegated` it has the hub that answers in its place. */
    readonly resolver?: { readonly type: string; readonly vpc?: { readonly id: string } };
  };
}

/** A hub, or a VPC with a DNS resolution binding to one. */
export function sharesDns({ dns }: Vpc): boolean {
  return dns !== undefined && (dns.enable_hub || dns.resolution_binding_count > 0);
}

/** One end of a VPC's share in a DNS hub (§2.7): the other end is `vpc`. */
export interface DnsResolutionBinding extends Reference {
  readonly vpc: { readonly id: string };
}

/** A virtual server instance. */
export interface Instance extends Reference {
  readonly vpc: Reference;
}

export interface SecurityGroup extends Reference {
  readonly crn: string;
  readonly vpc: Reference;
}

export interface Subnet extends Reference {
  readonly crn: string;
  readonly vpc: Reference;
  readonly zone: { readonly name: string };
  readonly available_ipv4_address_count: number;
}

/** One element of `ips` in a create: an address to allocate, or an existing reserved IP (§2.4). */
export type GatewayIPPrototype = NewReservedIP | { readonly id: string };

export interface NewReservedIP {
  readonly subnet: { readonly id: string };
  readonly address?: string;
  readonly name?: string;
  /** Always sent: the API's own default is not documented (§2.4). */
  readonly auto_delete: boolean;
}

/** Body of `POST /endpoint_gateways` (§2.4). */
export interface EndpointGatewayPrototype {
  readonly name: string;
  readonly vpc: { readonly id: string };
  readonly target:
    | {
        readonly crn: string;
        readonly resource_type: 'provider_cloud_service' | 'private_path_service_gateway';
      }
    | { readonly name: string; readonly resource_type: 'provider_infrastructure_service' };
  readonly ips?: readonly GatewayIPPrototype[];
  readonly security_groups?: readonly { readonly id: string }[];
  readonly resource_group?: { readonly id: string };
  readonly dns_resolution_binding_mode?: string;
}

/** Body of `PATCH /endpoint_gateways/{id}`: all that can be changed about a gateway itself (§3.1). */
export type GatewayChange = Partial<Pick<EndpointGatewayPrototype, 'name' | 'dns_resolution_binding_mode'>>;

/** The subnet's id, which a reserved IP tells only by its href. */
export function subnetIdOf(ip: ReservedIPReference): string {
  const match = /\/subnets\/([^/]+)\/reserved_ips\//.exec(ip.href);
  return match?.[1] ?? '';
}

/** An address that is still being chosen reads 0.0.0.0, for up to half a minute (§2.6, §5.3). */
export function isAddressChosen(ip: ReservedIPReference): boolean {
  return ip.address !== '' && ip.address !== '0.0.0.0';
}
