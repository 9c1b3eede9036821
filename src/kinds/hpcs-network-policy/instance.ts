/** Which instance an object is about, and in which states it is what (hpcs-network-policy §3.3). Pure. */
import type { PolicyResource } from './observed.ts';
import type { HpcsNetworkPolicySpec } from './types.gen.ts';

type Named = Pick<HpcsNetworkPolicySpec, 'instance'>;

/** The GUID; field 8 of a CRN. */
export function guidOf({ instance: { crn = '', id } }: Named): string {
  return id ?? crn.split(':')[7] ?? '';
}

export function regionOf({ instance: { crn = '', region } }: Named): string {
  return region ?? crn.split(':')[5] ?? '';
}

/** CRN field of the service, as far as the object tells before the instance was read. */
export function serviceOf({ spec, status }: PolicyResource): string | undefined {
  return spec.instance.crn?.split(':')[4] ?? status?.instance?.service;
}

/** Its deletion was asked for: the policy is not enforced any more (§3.7). */
const leavingStates: ReadonlySet<string> = new Set(['pending_reclamation', 'pending_removal', 'removed']);

export function isLeaving(state: string): boolean {
  return leavingStates.has(state);
}
