/**
 * Registry → `deploy/chart/files/rbac.json`: the rules that the operator's ServiceAccount needs, per scope of
 * installation. The demo makes its Roles from this file and the Helm templates bind it, so that what is
 * tested is what is installed. Granted is what `src/kube` calls and nothing more; the one exemption is
 * `<plural>/finalizers`, without which OpenShift's OwnerReferencesPermissionEnforcement refuses a child
 * that is owned by one of our objects.
 */

import type { PolicyRule } from '../controller/kind.ts';
import type { ResourceType } from '../kube/object.ts';

/** What of a registered kind decides about its rules. */
export interface AuthorizedKind {
  readonly type: Pick<ResourceType, 'group' | 'plural'>;
  /** What the kind touches besides its own objects, in the namespaces of its objects. */
  readonly rbac?: readonly PolicyRule[];
}

/**
 * The rules by scope. `cluster`: objects of all namespaces are watched. `namespaced`: no ClusterRole exists,
 * and every watched namespace has a Role. In both, `ownRole` is for the operator's own namespace.
 */
export interface Rbac {
  readonly cluster: { readonly clusterRole: readonly PolicyRule[]; readonly ownRole: readonly PolicyRule[] };
  readonly namespaced: {
    readonly watchedRole: readonly PolicyRule[];
    readonly ownRole: readonly PolicyRule[];
  };
}

const events: PolicyRule = {
  apiGroups: ['events.k8s.io'],
  resources: ['events'],
  verbs: ['create', 'patch'],
};

/** The uid of kube-system identifies the cluster; a namespaced installation is told it instead. */
const clusterIdentity: PolicyRule = {
  apiGroups: [''],
  resources: ['namespaces'],
  verbs: ['get'],
  resourceNames: ['kube-system'],
};

/**
 * Leader election, with whatever Lease of the own namespace the configuration names (`leaderElection.leaseName`): this
 * file knows none to restrict `get`, `update` and `watch` to. A create could not be restricted, as it names nothing to
 * RBAC.
 */
const lease: PolicyRule = {
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['create', 'get', 'update', 'watch'],
};

/** Where the cluster has Nodes (`autoIPs.zones`, `ownVPC`); a namespaced installation cannot know. */
const nodes: PolicyRule = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };

export function rbac(kinds: readonly AuthorizedKind[]): Rbac {
  const objects = [...ownObjects(kinds), events, ...kinds.flatMap((kind) => kind.rbac ?? [])];
  return {
    cluster: { clusterRole: [...objects, clusterIdentity, nodes], ownRole: [lease] },
    // The cluster's events rule covers the Lease, which the orphan sweep records its findings on.
    namespaced: { watchedRole: objects, ownRole: [lease, events] },
  };
}

export function rbacFile(kinds: readonly AuthorizedKind[]): string {
  return `${JSON.stringify(rbac(kinds), undefined, 2)}\n`;
}

function ownObjects(kinds: readonly AuthorizedKind[]): PolicyRule[] {
  const groups = Map.groupBy(kinds, (kind) => kind.type.group);
  return [...groups].flatMap(([group, members]) => {
    const plurals = members.map((kind) => kind.type.plural);
    const rule = (subresource: string, verbs: readonly string[]): PolicyRule => ({
      apiGroups: [group],
      resources: plurals.map((plural) => `${plural}${subresource}`),
      verbs,
    });
    return [
      rule('', ['get', 'list', 'patch', 'watch']),
      rule('/status', ['patch']),
      rule('/finalizers', ['update']),
    ];
  });
}
