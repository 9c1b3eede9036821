/**
 * What a spec asks for once its references are resolved: ids, zones and words of the VPC API. Everything that is
 * planned or compared starts from here, so that another way to name the same thing is no change.
 */
import type { Plan } from '../../../controller/kind.ts';
import type { Vpc } from '../../../cloud/vpc-types.ts';
import type { Reason } from '../reasons.ts';

export interface Wanted {
  readonly vpc: Vpc;
  /** The gateway's name in the cloud. */
  readonly name: string;
  readonly target: WantedTarget;
  /** `undefined`: the account's default one, and not compared. */
  readonly resourceGroupId: string | undefined;
  /** `undefined`: the VPC's default one, and not managed. */
  readonly securityGroupIds: readonly string[] | undefined;
  /** At most one a zone; `undefined`: not managed. */
  readonly ips: readonly WantedIP[] | undefined;
  /** Zones that shall have an address and hold no subnet to take it from. */
  readonly zonesWithoutSubnet: readonly string[];
}

export type WantedAddresses = Pick<Wanted, 'ips' | 'zonesWithoutSubnet'>;

export interface WantedTarget {
  /** A CRN, or the name of an infrastructure service: what status and intents show. */
  readonly key: string;
  readonly resourceType:
    'provider_cloud_service' | 'provider_infrastructure_service' | 'private_path_service_gateway';
  /** The names that the gateway will serve, where a catalogue tells. */
  readonly hosts: readonly string[];
}

export type WantedIP = NewIP | ExistingIP;

/** An address to allocate, or one that is bound where such an address is wanted. */
export interface NewIP {
  readonly kind: 'new';
  readonly subnetId: string;
  readonly zone: string;
  readonly address?: string;
  readonly name?: string;
  /** Absent: true for an address that is allocated; one that is bound already keeps its own. */
  readonly autoDelete?: boolean;
}

export interface ExistingIP {
  readonly kind: 'existing';
  readonly id: string;
  /** `undefined`: not known, and no order of changes depends on it. */
  readonly zone: string | undefined;
}

/** Why a spec cannot be carried out as it stands, for the user. */
export type Problem = Exclude<Plan<never, Reason>, { readonly kind: 'act' | 'settled' }>;

export type Resolved<T> = { readonly value: T } | { readonly problem: Problem };

/** A reference may be created a moment after the object: waited for at the slow pace, then called stalled. */
export function missing(reason: Reason, message: string): { readonly problem: Problem } {
  return { problem: { kind: 'wait', pace: 'slow', stallsAfter: 3, reason, message } };
}

/** Only an edit of the object helps. */
export function wrong(reason: Reason, message: string): { readonly problem: Problem } {
  return { problem: { kind: 'stalled', reason, message } };
}
