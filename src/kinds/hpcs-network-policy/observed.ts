/** What a pass knows of an instance's policy before it decides: a snapshot, with the times inside. */
import type { InstanceEndpoints } from '../../cloud/endpoints.ts';
import type { CloudError } from '../../cloud/errors.ts';
import type { NetworkPolicy } from '../../cloud/key-types.ts';
import type { Obstacle } from '../../cloud/private-way.ts';
import type { ServiceInstance } from '../../cloud/resource-controller.ts';
import type { Resource } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import type { Guard } from './guard.ts';
import type { HpcsNetworkPolicySpec, HpcsNetworkPolicyStatus } from './types.gen.ts';

export type PolicyResource = Resource<HpcsNetworkPolicySpec, HpcsNetworkPolicyStatus>;

export const finalizer = 'vpe-operator.io/hpcs-network-policy';

/** What came of reading the policy at one endpoint. */
export type Answer =
  | { readonly kind: 'answered'; readonly policy: NetworkPolicy | undefined }
  /** No private way led to the endpoint, so nobody was asked. */
  | { readonly kind: 'noWay'; readonly obstacle: Obstacle }
  /** The public endpoint gave no answer at all. */
  | { readonly kind: 'unreachable'; readonly error: CloudError }
  /** 401 or 403, which says nothing about why (fact sheet §1.8, §4.4). */
  | { readonly kind: 'denied'; readonly error: CloudError }
  /** Any other answer, or none after the request was sent. */
  | { readonly kind: 'failed'; readonly error: CloudError };

/** The gateway that the spec says leads to the instance. */
export type Gateway =
  | { readonly kind: 'none' }
  | { readonly kind: 'absent'; readonly name: string }
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly isReady: boolean;
      readonly addresses: readonly string[];
      /** Names that lead to it; the first label may be a wildcard. */
      readonly names: readonly string[];
    };

/** To which addresses the private endpoint may lead for a call to be sent there. */
export type Trusted =
  | { readonly kind: 'gateway'; readonly addresses: readonly string[] }
  /** IBM's service endpoints in 166.8.0.0/14. */
  | { readonly kind: 'classic' }
  /** Any that is not public. */
  | { readonly kind: 'private' };

/** Nobody could tell, for a reason in words. */
export interface Unread {
  readonly unread: string;
}

export interface Observed {
  readonly guid: string;
  /** Which wish the pass follows. */
  readonly asked: { readonly generation: number; readonly reconcileAt?: string };
  /** By the local clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** By the cloud's. */
  readonly cloudNowMs: number;
  /** Of the process that observed. */
  readonly identity: string;
  /** The account's configuration lets its objects have the instance. */
  readonly isAllowed: boolean;
  /** And lets them close it. */
  readonly mayClose: boolean;
  /** The older object of the cluster that manages the instance. */
  readonly rival: { readonly namespace: string; readonly name: string } | undefined;
  /** `undefined`: it does not exist or cannot be accessed. */
  readonly instance: ServiceInstance | Unread | undefined;
  readonly endpoints: InstanceEndpoints | undefined;
  /** Key Protect Dedicated, which has no such policy. */
  readonly isDedicated: boolean;
  readonly gateway: Gateway;
  readonly trusted: Trusted;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  /** `undefined`: not asked. */
  readonly private: Answer | undefined;
  readonly public: Answer | undefined;
  /** With what this pass has seen. */
  readonly guard: Guard;
  /** What this pass has sent; what came of it, the next one reads. */
  readonly sent?: Action['kind'];
}

export function isRead(instance: Observed['instance']): instance is ServiceInstance {
  return instance !== undefined && !('unread' in instance);
}
