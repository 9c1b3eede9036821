/**
 * What a spec's references are looked up in: one consistent snapshot of what the account holds, with the parts that
 * the spec does not need left out, and what is in VPCs that the configuration closes to the account's objects. A part
 * that is left out reads as empty.
 */
import type { ServiceTarget } from '../../../cloud/catalog.ts';
import type { ResourceGroup } from '../../../cloud/resource-manager.ts';
import type { TargetInstance } from '../../../cloud/search.ts';
import type {
  Reference,
  ReservedIP,
  ReservedIPReference,
  SecurityGroup,
  Subnet,
  Vpc,
} from '../../../cloud/vpc-types.ts';

export interface Catalogue {
  /** Those of the region that the account can see, by id; so are the other listings of the VPC API. */
  readonly vpcs: ReadonlyMap<string, Vpc>;
  /** Not among the others: an object that names one exactly is told that it is closed, and nothing else. */
  readonly closedVpcs?: readonly Vpc[] | undefined;
  readonly subnets?: ReadonlyMap<string, Subnet> | undefined;
  readonly securityGroups?: ReadonlyMap<string, SecurityGroup> | undefined;
  /** The account's, by id. */
  readonly resourceGroups?: ReadonlyMap<string, ResourceGroup> | undefined;
  readonly targets?: Targets | undefined;
  /** By subnet: all that a subnet holds, or no entry. */
  readonly reservedIPs?: ReadonlyMap<string, readonly ReservedIP[]> | undefined;
  /** Zones of this cluster's Nodes; absent, too, where the installation may not read Nodes. */
  readonly nodeZones?: readonly string[] | undefined;
}

/** What gateways can lead to, beside what only a CRN can name. */
export interface Targets {
  /** Those of one region and the global ones, by CRN. */
  readonly services: ReadonlyMap<string, ServiceTarget>;
  /** The account's, of every region, by CRN. */
  readonly instances: ReadonlyMap<string, TargetInstance>;
}

/** Where the parts of a gateway are looked up, once its VPC is known. */
export interface Place {
  readonly vpc: Reference;
  readonly catalogue: Catalogue;
  /** The reserved IPs of the gateway that exists; none without one. */
  readonly bound: readonly ReservedIPReference[];
}

/** The VPC's own subnets. */
export function subnetsOf({ vpc, catalogue }: Pick<Place, 'vpc' | 'catalogue'>): readonly Subnet[] {
  return Array.from(catalogue.subnets?.values() ?? []).filter((subnet) => subnet.vpc.id === vpc.id);
}
