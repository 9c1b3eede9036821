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
  readonly target: { readonly resource_type: string; readonly crn?: string; readonly name?: string };
  readonly vpc: Reference;
}

export interface Vpc extends Reference {
  readonly crn: string;
}

export interface Subnet extends Reference {
  readonly vpc: Reference;
  readonly zone: { readonly name: string };
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
    | { readonly crn: string; readonly resource_type: 'provider_cloud_service' }
    | { readonly name: string; readonly resource_type: 'provider_infrastructure_service' };
  readonly ips?: readonly GatewayIPPrototype[];
  readonly security_groups?: readonly { readonly id: string }[];
}

/** The subnet's id, which a reserved IP tells only by its href. */
export function subnetIdOf(ip: ReservedIPReference): string {
  const match = /\/subnets\/([^/]+)\/reserved_ips\//.exec(ip.href);
  return match?.[1] ?? '';
}

/** An address that is still being chosen reads 0.0.0.0, for up to half a minute (§2.6, §5.3). */
export function isAddressChosen(ip: ReservedIPReference): boolean {
  return ip.address !== '' && ip.address !== '0.0.0.0';
}
