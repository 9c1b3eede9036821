/** What a pass knows of the cloud before it decides: a snapshot, with the cloud's time inside. */
import type { EndpointGateway, Subnet, Vpc } from '../../cloud/vpc-types.ts';
import type { Resource } from '../../controller/kind.ts';
import type { EndpointGatewaySpec, EndpointGatewayStatus } from './types.gen.ts';

export type GatewayResource = Resource<EndpointGatewaySpec, EndpointGatewayStatus>;

/**
 * A create is sent within this time after its intent's, or not at all: it waits its turn behind other writes to the
 * VPC, which take seconds each, and for the account's budget.
 */
export const createWindowMs = 120_000;

export type CreateIntent = NonNullable<EndpointGatewayStatus['createIntent']>;

/** Whose tag the gateway carries; `unread` where nothing needed to know. */
export type Ownership = 'unread' | 'ours' | 'unclaimed' | 'other';

export interface Observed {
  readonly clusterID: string;
  /** Milliseconds since the epoch by the cloud's clock. */
  readonly cloudNowMs: number;
  /** The VPC that the spec names; `undefined` when the account's complete listing does not hold it. */
  readonly vpc: Vpc | undefined;
  /** The account's subnets in the region, by id. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Our gateway. */
  readonly gateway: EndpointGateway | undefined;
  readonly ownership: Ownership;
  /** The gateway's user tags, where this pass or an earlier one read them. */
  readonly tags: readonly string[] | undefined;
  /** `auto_delete` of the gateway's reserved IPs by id, as far as it is known. */
  readonly autoDelete: ReadonlyMap<string, boolean>;
  /** Zones of wanted reserved IPs that are yet to be bound, by id; filled only where an order depends on it. */
  readonly unboundZones: ReadonlyMap<string, string>;
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
}

export interface Collision {
  readonly id: string;
  readonly name: string;
  readonly why: 'target' | 'name';
  /** The tag by which an operator of another cluster owns it. */
  readonly owner: string | undefined;
  /** It is being deleted: the way will be free. */
  readonly leaving: boolean;
}
