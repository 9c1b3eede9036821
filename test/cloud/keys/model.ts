/**
 * What a key-management service (HPCS or Key Protect) keeps of one of its instances: under which names it answers, and
 * its instance policies (hpcs-network-policy §1.4, §6). Every version of a policy is kept, because reading and enforcing
 * may lag behind writing (§1.10).
 */
export const POLICY_TYPES = [
  'allowedNetwork',
  'allowedIP',
  'dualAuthDelete',
  'rotation',
  'metrics',
  'keyCreateImportAccess',
] as const;
export type PolicyType = (typeof POLICY_TYPES)[number];

export type Attributes = Readonly<Record<string, unknown>>;

export interface PolicyContent {
  readonly enabled: boolean;
  /** Absent when the writer gave none and the type has no defaults. */
  readonly attributes?: Attributes;
}

export interface PolicyVersion extends PolicyContent {
  readonly updatedBy: string;
  readonly updatedAtMs: number;
}

export interface Policy {
  readonly type: PolicyType;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** Oldest first. */
  readonly versions: PolicyVersion[];
}

/** Through which of an instance's two endpoints a request comes in. */
export type KeySide = 'public' | 'private';

export interface KeyInstance {
  /** `host` or `host:port`, without a scheme (§2.2). */
  readonly endpoints: Readonly<Record<KeySide, string>>;
  /** Of its private endpoint, for callers whom `allowedIP` judges (§6). */
  readonly allowedIPPort: number;
  /** Key Protect Dedicated has no network policy (§0.2). */
  readonly dedicated: boolean;
  /** A master key is loaded; Key Protect needs none (§3.6). */
  initialized: boolean;
  readonly policies: Map<PolicyType, Policy>;
}

/** Who writes, and when. */
export interface Writer {
  readonly iamId: string;
  readonly atMs: number;
}

export function writePolicy(
  { policies }: KeyInstance,
  type: PolicyType,
  { content, writer: { iamId, atMs } }: { readonly content: PolicyContent; readonly writer: Writer },
): void {
  const policy = policies.get(type) ?? { type, createdBy: iamId, createdAtMs: atMs, versions: [] };
  policy.versions.push({ ...content, updatedBy: iamId, updatedAtMs: atMs });
  policies.set(type, policy);
}

/** What was so at a time; undefined before the policy was first set. */
export function versionAt(policy: Policy | undefined, atMs: number): PolicyVersion | undefined {
  return policy?.versions.findLast(({ updatedAtMs }) => updatedAtMs <= atMs);
}

/** §1.5: nothing but an enabled `private-only` closes the public side. */
export function isPrivateOnly({ policies }: KeyInstance, atMs: number): boolean {
  const version = versionAt(policies.get('allowedNetwork'), atMs);
  return version?.enabled === true && version.attributes?.['allowed_network'] === 'private-only';
}
