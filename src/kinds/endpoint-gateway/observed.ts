/** What a pass knows of the cloud before it decides: a snapshot, with the cloud's time inside. */
import type { ResourceBinding } from '../../cloud/resource-bindings.ts';
import type { EndpointGateway, ReservedIPReference, Subnet, Vpc } from '../../cloud/vpc-types.ts';
import type { Resource } from '../../controller/kind.ts';
import type { Ownership } from './ownership.ts';
import type { GatewayPaths } from './proofs/proofs.ts';
import type { EndpointGatewaySpec, EndpointGatewayStatus } from './types.gen.ts';
import type { Problem, Wanted, WantedTarget } from './wanted/wanted.ts';

export type GatewayResource = Resource<EndpointGatewaySpec, EndpointGatewayStatus>;

export const finalizer = 'vpe-operator.io/endpoint-gateway';

/**
 * A create is sent within this time after its intent's, or not at all: it waits its turn behind other writes to the
 * VPC, which take seconds each, and for the account's budget.
 */
export const createWindowMs = 120_000;

export type CreateIntent = NonNullable<EndpointGatewayStatus['createIntent']>;

export interface Observed {
  readonly clusterID: string;
  /** The account that the credentials belong to. */
  readonly accountID: string;
  /** Milliseconds since the epoch by the cloud's clock. */
  readonly cloudNowMs: number;
  /** What the spec asks for; `undefined` when something of it cannot be resolved, which `problem` says. */
  readonly wanted: Wanted | undefined;
  readonly problem: Problem | undefined;
  /** What of it could be resolved. */
  readonly vpc: Vpc | undefined;
  readonly target: WantedTarget | undefined;
  /** The account's subnets in the region, by id. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** The VPC in which our gateway is, or may have been made, and that the configuration closes to the account's objects. */
  readonly closedVpc: Vpc | undefined;
  /** Our gateway. */
  readonly gateway: EndpointGateway | undefined;
  readonly ownership: Ownership;
  /** It was there before us. */
  readonly adopted: boolean;
  /** The gateway's tags by type, where this pass or an earlier one read them. */
  readonly tags: {
    readonly user: readonly string[] | undefined;
    readonly access: readonly string[] | undefined;
  };
  /** Of these, what we attached because the spec named it. */
  readonly applied: { readonly user: readonly string[]; readonly access: readonly string[] };
  /** `auto_delete` of the gateway's reserved IPs by id, as far as it is known. */
  readonly autoDelete: ReadonlyMap<string, boolean>;
  /** Reserved IPs that were unbound and stay, since their `auto_delete` is false. */
  readonly keptIPs: readonly ReservedIPReference[];
  /** `undefined`: not managed, or the gateway cannot be changed now. */
  readonly bindings: readonly ResourceBinding[] | undefined;
  /** Somebody else's gateway in the way of ours. */
  readonly collision: Collision | undefined;
  /** The gateway of `status.id` cannot be read, but its absence is not proven. */
  readonly absenceUnproven: boolean;
  /** A create whose outcome is not known. */
  readonly intent: CreateIntent | undefined;
  /**
   * Complete listings, begun after the settling time, hold the intent's VPC but not its gateway: the create did not
   * happen.
   */
  readonly createDidNotHappen: boolean;
  /** Absent without a gateway. */
  readonly paths?: GatewayPaths;
}

export interface Collision {
  readonly id: string;
  readonly name: string;
  readonly why: 'target' | 'service endpoints' | 'name';
  /** The tag by which an operator of another cluster owns it. */
  readonly owner: string | undefined;
  /** Another object of this cluster owns it; which one is not everybody's business. */
  readonly claimed: boolean;
  /** IBM Cloud Kubernetes Service made it for a cluster. */
  readonly platform: boolean;
  /** It is being deleted: the way will be free. */
  readonly leaving: boolean;
}
