import { describe, expect, test } from '@jest/globals';
import { rbac, rbacFile } from '../../src/codegen/rbac.ts';

const gateways = { type: { group: 'vpe-operator.io', plural: 'endpointgateways' } };
const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
const profiles = { type: { group: 'vpe-operator.io', plural: 'privatecliprofiles' }, rbac: [secrets] };

describe('rules by scope', () => {
  test('every kind of a group is granted together, subresources separately', () => {
    const { clusterRole } = rbac([gateways, profiles]).cluster;

    expect(clusterRole.slice(0, 3)).toEqual([
      {
        apiGroups: ['vpe-operator.io'],
        resources: ['endpointgateways', 'privatecliprofiles'],
        verbs: ['get', 'list', 'patch', 'watch'],
      },
      {
        apiGroups: ['vpe-operator.io'],
        resources: ['endpointgateways/status', 'privatecliprofiles/status'],
        verbs: ['patch'],
      },
      {
        apiGroups: ['vpe-operator.io'],
        resources: ['endpointgateways/finalizers', 'privatecliprofiles/finalizers'],
        verbs: ['update'],
      },
    ]);
  });

  test('what a kind declares is granted where its objects are, in both scopes', () => {
    const { cluster, namespaced } = rbac([gateways, profiles]);

    expect(cluster.clusterRole).toContainEqual(secrets);
    expect(namespaced.watchedRole).toContainEqual(secrets);
    expect(namespaced.ownRole).not.toContainEqual(secrets);
  });

  test('the lease is granted in the own namespace only', () => {
    const { cluster, namespaced } = rbac([gateways]);
    const leases = expect.objectContaining({ resources: ['leases'] });

    expect(cluster.ownRole).toContainEqual(leases);
    expect(namespaced.ownRole).toContainEqual(leases);
    // What the orphan sweep tells on the Lease.
    expect(namespaced.ownRole).toContainEqual(expect.objectContaining({ resources: ['events'] }));
    expect(cluster.clusterRole).not.toContainEqual(leases);
    expect(namespaced.watchedRole).not.toContainEqual(leases);
  });

  test('a namespaced installation asks for nothing that only a ClusterRole can give', () => {
    const { cluster, namespaced } = rbac([gateways]);
    const namespaces = expect.objectContaining({ resources: ['namespaces'] });

    expect(cluster.clusterRole).toContainEqual(expect.objectContaining({ resourceNames: ['kube-system'] }));
    expect([...namespaced.watchedRole, ...namespaced.ownRole]).not.toContainEqual(namespaces);
  });

  test('nothing is granted by wildcard, and deleting nothing of anyone', () => {
    const { cluster, namespaced } = rbac([gateways]);
    const rules = [
      ...cluster.clusterRole,
      ...cluster.ownRole,
      ...namespaced.watchedRole,
      ...namespaced.ownRole,
    ];
    const words = rules.flatMap((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs]);

    expect(words).not.toContain('*');
    expect(words).not.toContain('delete');
  });

  test('the file is the rules as JSON', () => {
    expect(JSON.parse(rbacFile([gateways, profiles]))).toEqual(rbac([gateways, profiles]));
  });
});
