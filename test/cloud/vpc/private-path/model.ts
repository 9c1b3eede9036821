/** Private Path service gateways: the provider's side of a private connection (vpc-endpoint-gateways §2.9). */
import type { EndpointGateway, LifecycleState, Resource, Vpc } from '../model.ts';

/** A stand-in: nothing but Private Path asks about load balancers here. */
export interface LoadBalancer {
  readonly id: string;
  readonly crn: string;
  readonly name: string;
  readonly vpc: Vpc;
  readonly isPrivatePath: boolean;
}

export type AccessPolicy = 'deny' | 'permit' | 'review';

export interface PrivatePath extends Resource {
  readonly vpc: Vpc;
  readonly serviceEndpoints: readonly string[];
  loadBalancer: LoadBalancer;
  defaultAccessPolicy: AccessPolicy;
  zonalAffinity: boolean;
  /** False: only its own account can request access. */
  published: boolean;
  lifecycleState: LifecycleState;
  /** By id; at most one for each account. */
  readonly policies: Map<string, AccountPolicy>;
  /** By id; one for each gateway that targets it. */
  readonly bindings: Map<string, AccessBinding>;
}

export interface AccountPolicy {
  readonly id: string;
  readonly createdAtMs: number;
  readonly accountId: string;
  accessPolicy: AccessPolicy;
}

/** A consumer's request for access. The provider sees the account and the time, never the gateway. */
export interface AccessBinding {
  readonly id: string;
  readonly createdAtMs: number;
  readonly gateway: EndpointGateway;
  readonly privatePath: PrivatePath;
  /** A request that is still pending then has expired. */
  readonly expiresAtMs: number;
  status: 'pending' | 'permitted' | 'denied' | 'expired';
}
