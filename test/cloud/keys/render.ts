/** Policies as they are read (hpcs-network-policy §1.4, §9.3, §9.4). */
import type { World } from '../world.ts';
import { versionAt, type KeyInstance, type Policy, type PolicyType } from './model.ts';
import { POLICY_COLLECTION } from './policy-body.ts';

/** All that were ever set, or the one of a type. */
export function renderPolicies(
  world: World,
  { policies }: KeyInstance,
  only: PolicyType | undefined,
): unknown {
  const { emptyKeyPoliciesOmitted, legacyKeyPolicyTwin } = world.settings;
  const resources = [...policies.values()]
    .filter(({ type }) => only === undefined || type === only)
    .flatMap((policy) => {
      const hasTwin = legacyKeyPolicyTwin && only === undefined && policy.type === 'allowedIP';
      return (hasTwin ? [policy.type, 'ipWhitelist'] : [policy.type]).flatMap((name) =>
        renderPolicy(world, policy, name),
      );
    });
  const metadata = { collectionType: POLICY_COLLECTION, collectionTotal: resources.length };
  return resources.length === 0 && emptyKeyPoliciesOmitted ? { metadata } : { metadata, resources };
}

/** Nothing for a policy that a lagging read does not know yet. */
function renderPolicy(world: World, policy: Policy, name: string): unknown[] {
  const { keyPolicyReadLagMs: lagMs, disabledKeyAttributesOmitted: omits } = world.settings;
  const version = versionAt(policy, world.clock.now() - lagMs);
  if (version === undefined) {
    return [];
  }
  const { enabled, attributes, updatedBy, updatedAtMs } = version;
  const shown = enabled || !omits ? attributes : undefined;
  return [
    {
      policy_type: name,
      policy_data: { enabled, ...(shown && { attributes: shown }) },
      createdBy: policy.createdBy,
      creationDate: inSeconds(policy.createdAtMs),
      updatedBy,
      lastUpdated: inSeconds(updatedAtMs),
    },
  ];
}

/** RFC 3339 without fractions, as the service writes times. */
function inSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+/, '');
}
