// Generated from crds/hpcsnetworkpolicies.yaml by `npm run generate`; do not edit.

/** The names under which the API server serves HpcsNetworkPolicy objects. */
export const hpcsNetworkPolicyType = {
  group: 'vpe-operator.io',
  version: 'v1alpha1',
  plural: 'hpcsnetworkpolicies',
  kind: 'HpcsNetworkPolicy',
  shortNames: ['hnp'],
} as const;

/**
 * What the policy shall be.
 */
export interface HpcsNetworkPolicySpec {
  /**
   * The IBM Cloud account, by its name in the operator's configuration. Accounts belong to the operator's owner; an account may be closed to this namespace.
   */
  readonly account: string;
  readonly instance: HpcsNetworkPolicySpecInstance;
  /**
   * From which networks the instance takes calls: PublicAndPrivate, or PrivateOnly, from which nobody gets back without a private path.
   */
  readonly allowedNetwork: 'PublicAndPrivate' | 'PrivateOnly';
  /**
   * Says that the instance holds its master key: IBM Cloud demands it before the policy is changed, and no API tells. Needed for PrivateOnly of Hyper Protect Crypto Services; Key Protect has none.
   */
  readonly initializationAsserted: boolean;
  readonly lockoutGuard: HpcsNetworkPolicySpecLockoutGuard;
  /**
   * What happens when somebody else changes the policy afterwards. Correct makes it again what this object says; Report says so and leaves it. When absent, what was closed is opened again, but what was opened stays open until vpe-operator.io/reconcile-at or the spec changes: somebody may be handling an incident.
   */
  readonly driftPolicy?: 'Correct' | 'Report';
  /**
   * What happens to the policy when this object is deleted: Retain leaves it as it is, Open sets public-and-private first.
   */
  readonly deletionPolicy: 'Retain' | 'Open';
  /**
   * Manage makes the cloud match this object. Observe never writes to the cloud: status and plan say what is there and what would be done.
   */
  readonly managementPolicy: 'Manage' | 'Observe';
  /**
   * Whether the operator leaves the policy alone until told otherwise (state Paused).
   */
  readonly suspend: boolean;
}

/**
 * The instance, by its CRN, or by its id and region. It cannot change.
 */
export interface HpcsNetworkPolicySpecInstance {
  /**
   * The instance's CRN.
   */
  readonly crn?: string;
  /**
   * The instance's id, which is its GUID.
   */
  readonly id?: string;
  /**
   * The instance's region, such as us-south; with id only, since a CRN names it.
   */
  readonly region?: string;
}

/**
 * How the operator makes sure that PrivateOnly locks nobody out.
 */
export interface HpcsNetworkPolicySpecLockoutGuard {
  /**
   * The instance's id (GUID) once more, which says that you know what PrivateOnly means for this very instance. Needed for PrivateOnly.
   */
  readonly acknowledgedInstance?: string;
  /**
   * How often the policy must have been read over the private endpoint, each time over a new connection, before the instance is closed.
   */
  readonly successes: number;
  /**
   * The time across which these successes are spread, and within which they have to lie.
   */
  readonly window: string;
  /**
   * How long the private endpoint may stay unreachable after the instance was closed, before what was there before is put back.
   */
  readonly verifyTimeout: string;
  readonly endpointGatewayRef?: HpcsNetworkPolicySpecLockoutGuardEndpointGatewayRef;
}

/**
 * The EndpointGateway of this namespace that leads to the instance. Then the private endpoint must resolve to its addresses, and it must be Ready. When absent, the private endpoint must resolve to a service endpoint in 166.8.0.0/14.
 */
export interface HpcsNetworkPolicySpecLockoutGuardEndpointGatewayRef {
  /**
   * The object's name.
   */
  readonly name: string;
}

/**
 * What the policy is, as last observed.
 */
export interface HpcsNetworkPolicyStatus {
  /**
   * Where the policy is in its life.
   */
  readonly state?:
    | 'Pending'
    | 'Waiting'
    | 'Updating'
    | 'Stable'
    | 'Suspended'
    | 'Failed'
    | 'Deleting'
    | 'Paused'
    | 'Unknown';
  /**
   * The generation of the spec that this status is the conclusion of; -1 before the first.
   */
  readonly observedGeneration?: number;
  /**
   * Ready, Reconciling and Stalled as kstatus defines them (the last two only while they hold), PrivatePath, Enforced and Advisory.
   *
   * @maxItems 16
   */
  readonly conditions?: readonly HpcsNetworkPolicyStatusConditionsItem[];
  readonly plan?: HpcsNetworkPolicyStatusPlan;
  /**
   * The IBM Cloud account that holds the instance, fixed at the first write.
   */
  readonly accountID?: string;
  /**
   * The region that holds the instance, fixed at the first write.
   */
  readonly region?: string;
  /**
   * The value of the annotation vpe-operator.io/reconcile-at that was handled last.
   */
  readonly lastHandledReconcileAt?: string;
  /**
   * From which networks the instance takes calls, by what its policy says.
   */
  readonly access?: 'PublicAndPrivate' | 'PrivateOnly';
  readonly policy?: HpcsNetworkPolicyStatusPolicy;
  readonly instance?: HpcsNetworkPolicyStatusInstance;
  readonly endpoints?: HpcsNetworkPolicyStatusEndpoints;
  readonly proofs?: HpcsNetworkPolicyStatusProofs;
  readonly change?: HpcsNetworkPolicyStatusChange;
  readonly takenBack?: HpcsNetworkPolicyStatusTakenBack;
  readonly fruitless?: HpcsNetworkPolicyStatusFruitless;
  readonly applied?: HpcsNetworkPolicyStatusApplied;
}

export interface HpcsNetworkPolicyStatusConditionsItem {
  /**
   * What the condition is about.
   */
  readonly type: string;
  /**
   * Whether it holds.
   */
  readonly status: 'True' | 'False' | 'Unknown';
  /**
   * Why; the reasons are listed below.
   */
  readonly reason: string;
  /**
   * The same for people.
   */
  readonly message: string;
  /**
   * The generation that it speaks of.
   */
  readonly observedGeneration?: number;
  /**
   * When status changed last.
   */
  readonly lastTransitionTime: string;
}

/**
 * What is about to be done, or with managementPolicy Observe what would be; absent when there is nothing to do.
 */
export interface HpcsNetworkPolicyStatusPlan {
  /**
   * How many actions there are in all.
   */
  readonly total: number;
  /**
   * The first twenty, in their order.
   *
   * @maxItems 20
   */
  readonly actions: readonly HpcsNetworkPolicyStatusPlanActionsItem[];
}

export interface HpcsNetworkPolicyStatusPlanActionsItem {
  /**
   * What is done.
   */
  readonly action: string;
  /**
   * Whether something in the cloud is deleted, or cut from what uses it.
   */
  readonly destructive?: boolean;
  /**
   * Whether no other action takes it back.
   */
  readonly irreversible?: boolean;
}

/**
 * The policy allowedNetwork as the key-management API has it; absent when it was never set.
 */
export interface HpcsNetworkPolicyStatusPolicy {
  /**
   * Whether the policy holds.
   */
  readonly enabled: boolean;
  /**
   * allowed_network, public-and-private or private-only.
   */
  readonly allowedNetwork?: string;
  /**
   * IAM id of who set it first.
   */
  readonly createdBy?: string;
  /**
   * When it was set first.
   */
  readonly creationDate?: string;
  /**
   * IAM id of who set it last.
   */
  readonly updatedBy?: string;
  /**
   * When it was set last.
   */
  readonly lastUpdated?: string;
}

/**
 * The instance, as Resource Controller has it.
 */
export interface HpcsNetworkPolicyStatusInstance {
  /**
   * The instance's GUID.
   */
  readonly id: string;
  /**
   * The instance's CRN.
   */
  readonly crn?: string;
  /**
   * The instance's name.
   */
  readonly name?: string;
  /**
   * hs-crypto or kms.
   */
  readonly service?: string;
  /**
   * Its state, such as active or pending_reclamation.
   */
  readonly state: string;
}

/**
 * Where the instance answers, and what came of the last call there.
 */
export interface HpcsNetworkPolicyStatusEndpoints {
  readonly private?: HpcsNetworkPolicyStatusEndpointsPrivate;
  readonly public?: HpcsNetworkPolicyStatusEndpointsPublic;
}

/**
 * The private endpoint.
 */
export interface HpcsNetworkPolicyStatusEndpointsPrivate {
  /**
   * Its URL.
   */
  readonly url: string;
  /**
   * Answers, Denied, Failed (any other answer), Unreachable, or NotAsked.
   */
  readonly result: 'Answers' | 'Denied' | 'Failed' | 'Unreachable' | 'NotAsked';
}

/**
 * The public endpoint.
 */
export interface HpcsNetworkPolicyStatusEndpointsPublic {
  /**
   * Its URL.
   */
  readonly url: string;
  /**
   * Answers, Denied, Failed (any other answer), Unreachable, or NotAsked.
   */
  readonly result: 'Answers' | 'Denied' | 'Failed' | 'Unreachable' | 'NotAsked';
}

/**
 * The successes of the guard so far, while the instance is about to be closed.
 */
export interface HpcsNetworkPolicyStatusProofs {
  /**
   * The operator process that had them; another begins anew.
   */
  readonly by: string;
  /**
   * The endpoint over which it had them.
   */
  readonly over: string;
  /**
   * The generation of the spec then.
   */
  readonly generation: number;
  /**
   * When, by the clock of that process.
   *
   * @maxItems 10
   */
  readonly times: readonly string[];
}

/**
 * A closing that was or may have been sent, and that is not confirmed yet over the private path.
 */
export interface HpcsNetworkPolicyStatusChange {
  /**
   * Sent: to be confirmed by a read. Lost: no path leads to the instance. Proving: one does again, and proves itself. PuttingBack: what was there before is being put back.
   */
  readonly phase: 'Sent' | 'Lost' | 'Proving' | 'PuttingBack';
  /**
   * When it was decided on, by the cloud's clock.
   */
  readonly time: string;
  /**
   * The generation that was closed.
   */
  readonly generation: number;
  /**
   * The value of the annotation then.
   */
  readonly reconcileAt?: string;
  readonly was: HpcsNetworkPolicyStatusChangeWas;
  /**
   * Until when, by the cloud's clock, the path that is back has to prove itself (Proving).
   */
  readonly provenBy?: string;
  /**
   * Whether that path has failed once more since it came back.
   */
  readonly failed?: boolean;
}

/**
 * The policy before it.
 */
export interface HpcsNetworkPolicyStatusChangeWas {
  /**
   * Whether the policy held.
   */
  readonly enabled: boolean;
  /**
   * allowed_network; absent when the policy was never set.
   */
  readonly allowedNetwork?: string;
}

/**
 * Says that a closing was taken back; it is not tried again until the spec or the annotation vpe-operator.io/reconcile-at changes.
 */
export interface HpcsNetworkPolicyStatusTakenBack {
  /**
   * The generation that was closed.
   */
  readonly generation: number;
  /**
   * The value of the annotation then.
   */
  readonly reconcileAt?: string;
  /**
   * When, by the cloud's clock.
   */
  readonly time: string;
}

/**
 * Closings that were sent and did not happen, since the spec or the annotation changed.
 */
export interface HpcsNetworkPolicyStatusFruitless {
  /**
   * The generation that was to be closed.
   */
  readonly generation: number;
  /**
   * The value of the annotation then.
   */
  readonly reconcileAt?: string;
  /**
   * How many.
   */
  readonly count: number;
  /**
   * When the last was sent, by the cloud's clock.
   */
  readonly time: string;
}

/**
 * What the cloud matched last, to tell what others change afterwards.
 */
export interface HpcsNetworkPolicyStatusApplied {
  /**
   * The generation of the spec.
   */
  readonly generation: number;
  /**
   * The value of the annotation then.
   */
  readonly reconcileAt?: string;
}
