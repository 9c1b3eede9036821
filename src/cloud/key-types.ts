/** The network access policy of an instance of a key-management service (hpcs-network-policy §1.4, §1.5). */

export type AllowedNetwork = 'public-and-private' | 'private-only';

/** What a client may set. */
export interface NetworkSetting {
  readonly enabled: boolean;
  readonly allowedNetwork: AllowedNetwork;
}

/** The policy as it is read; times are RFC 3339, people are IAM ids. */
export interface NetworkPolicy {
  readonly enabled: boolean;
  /** Where a disabled policy is read without it, absent (§10). */
  readonly allowedNetwork?: string;
  readonly createdBy?: string;
  readonly creationDate?: string;
  readonly updatedBy?: string;
  readonly lastUpdated?: string;
}

/** Closed is nothing but an enabled `private-only` (§1.5). */
export function isClosed(policy: Pick<NetworkPolicy, 'enabled' | 'allowedNetwork'> | undefined): boolean {
  return policy?.enabled === true && policy.allowedNetwork === 'private-only';
}
