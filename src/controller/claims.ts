/** What several objects lay claim to, of which only one may manage it. */
import type { Accounts } from '../cloud/accounts.ts';
import { keyOf } from '../kube/object.ts';
import type { Store } from '../kube/store.ts';
import type { AnyKind, Resource } from './kind.ts';
import type { Rival } from './objects.ts';

/** The others that make the claim that the object makes. */
export function claimedAlike(
  resource: Resource,
  kind: Pick<AnyKind, 'claim'>,
  store: Pick<Store<Resource>, 'list'>,
): readonly Resource[] {
  const claim = kind.claim?.(resource);
  const key = keyOf(resource);
  return claim === undefined
    ? []
    : store.list().filter((other) => keyOf(other) !== key && kind.claim?.(other) === claim);
}

/** An account that is closed to a namespace gives its objects no say: naming a thing is no right to it. */
export function admitted(
  resources: readonly Resource[],
  accounts: Pick<Accounts, 'refusal' | 'allows'>,
): readonly Rival[] {
  return resources.flatMap((resource) => {
    const { spec, metadata } = resource;
    return accounts.refusal(spec.account, metadata.namespace) === undefined
      ? { resource, allows: accounts.allows(spec.account) }
      : [];
  });
}

/** Whether what an object owned, of this installation or another, is free to be another object's; see `Io`. */
export function mayTakeOver(
  owner: { readonly cluster: string; readonly uid: string },
  { clusterID, takeOverFrom }: { readonly clusterID: string; readonly takeOverFrom: readonly string[] },
  store: Pick<Store<Resource>, 'list'>,
): boolean {
  return owner.cluster === clusterID
    ? !store.list().some(({ metadata }) => metadata.uid.toLowerCase() === owner.uid)
    : takeOverFrom.includes(owner.cluster);
}
