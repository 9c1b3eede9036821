/**
 * An account with many instances, of Hyper Protect Crypto Services and of Key Protect in turn, each closed by somebody
 * long ago, and the objects that ask for just that: what an installation holds once everything is settled.
 */
import type { PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import { hpcsNetworkPolicyType } from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import { type Key, keyOf } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { ServiceInstance } from '../../cloud/resources/instances.ts';
import type { MemoryKube } from '../../controller/memory-kube.ts';

export const accountName = 'hour';

export interface Population {
  readonly instances: number;
  readonly namespaces: number;
}

/** By the keys of their objects. */
export type Populated = ReadonlyMap<Key, ServiceInstance>;

export function populate(
  { control }: Cloud,
  kube: MemoryKube<PolicyResource>,
  { instances, namespaces }: Population,
): Populated {
  const { seed } = control;
  return new Map(
    Array.from({ length: instances }, (_, index) => {
      const what = { account: accountName, name: `keys-${index}`, allowedNetwork: 'private-only' } as const;
      const instance = index % 2 === 0 ? seed.hpcsInstance(what) : seed.keyProtectInstance(what);
      const place = { namespace: `team-${index % namespaces}`, name: what.name };
      return [keyOf(kube.make(manifest(instance, place, index))), instance] as const;
    }),
  );
}

function manifest(
  { crn, guid, region }: ServiceInstance,
  metadata: { readonly namespace: string; readonly name: string },
  index: number,
): Pick<PolicyResource, 'apiVersion' | 'kind' | 'spec'> & { readonly metadata: typeof metadata } {
  const { group, version, kind } = hpcsNetworkPolicyType;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata,
    spec: {
      account: accountName,
      instance: index % 3 === 0 ? { id: guid, region } : { crn },
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      lockoutGuard: { acknowledgedInstance: guid, successes: 3, window: '60s', verifyTimeout: '60s' },
      deletionPolicy: 'Retain',
      managementPolicy: 'Manage',
      suspend: false,
    },
  };
}
