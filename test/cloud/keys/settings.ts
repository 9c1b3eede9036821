/**
 * What a test may turn of the key-management services: lags, and every answer that the fact sheet has no certain word
 * on (hpcs-network-policy §10, §12). Durations are simulated time.
 */
export interface KeySettings {
  /** A read shows policies as they were this long ago (§1.10). */
  keyPolicyReadLagMs: number;
  /** A written policy holds this much later (U4). */
  keyPolicyEnforcementLagMs: number;
  /** What a public call to a `private-only` instance is answered: 401, or 403 CONFIG_RULE_CONFLICT_ERR (U3). */
  keyNetworkDenialStatus: 401 | 403;
  /** With `allowedIP`, the ordinary private port judges callers as well, in the place of refusing all (UNCONFIRMED). */
  allowedIPOnOrdinaryPort: boolean;
  /** What a public list of a closed instance's crypto units shows (U20). */
  closedTke: 'empty' | 'unauthorized';
  /** What a public EP11 call to a closed instance comes to: a gRPC status, or a cut connection (U25). */
  closedGrep11: 'permission-denied' | 'dropped';
  /** What an instance without a master key does with calls on its policies (U1). */
  uninitializedKeyPolicies: 'served' | 'write-refused' | 'unauthorized';
  /** Disabling `allowedNetwork` without its attribute is refused (U6). */
  keyAttributesRequired: boolean;
  /** A disabled policy reads without attributes (§10). */
  disabledKeyAttributesOmitted: boolean;
  /** The answer has no `resources` when no policy was ever set (U15). */
  emptyKeyPoliciesOmitted: boolean;
  /** `allowedIP` shows again as `ipWhitelist` when all policies are read (§1.4). */
  legacyKeyPolicyTwin: boolean;
  /** `allowed_network` in a PATCH at the Resource Controller sets the policy (U8). */
  patchSetsKeyPolicy: boolean;
  /** An instance that is restored has its policies again (U19). */
  restoredKeyPoliciesKept: boolean;
  /** A policy that is set shows in the parameters at the Resource Controller (U9). */
  keyPolicySetsParameter: boolean;
}

export const standardKeySettings: Readonly<KeySettings> = Object.freeze({
  keyPolicyReadLagMs: 0,
  keyPolicyEnforcementLagMs: 0,
  keyNetworkDenialStatus: 401,
  allowedIPOnOrdinaryPort: false,
  closedTke: 'empty',
  closedGrep11: 'permission-denied',
  uninitializedKeyPolicies: 'served',
  keyAttributesRequired: true,
  disabledKeyAttributesOmitted: false,
  emptyKeyPoliciesOmitted: false,
  legacyKeyPolicyTwin: false,
  patchSetsKeyPolicy: true,
  restoredKeyPoliciesKept: true,
  keyPolicySetsParameter: false,
});
