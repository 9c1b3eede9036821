/**
 * Installs into a control plane what Helm would: the CRDs, and the operator's ServiceAccount with the generated
 * rules (`deploy/chart/files/rbac.json`) and nothing more.
 */
import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';

import type { PolicyRule } from '../../src/controller/kind.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { repositoryPath } from '../lib/repository.ts';
import { kubectl } from './kubectl.ts';

export const operatorAccount = { namespace: 'vpe-operator-system', name: 'vpe-operator' } as const;

/** The user name under which the operator appears in the audit log. */
export const operatorUser = `system:serviceaccount:${operatorAccount.namespace}:${operatorAccount.name}`;

interface Rules {
  readonly cluster: { readonly clusterRole: readonly PolicyRule[]; readonly ownRole: readonly PolicyRule[] };
}

/** Returns the path of the operator's kubeconfig. */
export async function install(plane: ControlPlane): Promise<string> {
  await kubectl(plane, ['apply', '-f', repositoryPath('crds')]);
  await kubectl(plane, ['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  const rules = JSON.parse(
    await readFile(repositoryPath('deploy', 'chart', 'files', 'rbac.json'), 'utf8'),
  ) as Rules;
  const input = manifests(rules)
    .map((manifest) => stringify(manifest))
    .join('---\n');
  await kubectl(plane, ['apply', '-f', '-'], { input });
  const kubeconfig = await plane.kubeconfigFor(operatorAccount);
  const { namespace } = operatorAccount;
  await kubectl(plane, ['config', 'set-context', '--current', `--namespace=${namespace}`], { kubeconfig });
  return kubeconfig;
}

function manifests({ cluster }: Rules): readonly object[] {
  const { namespace, name } = operatorAccount;
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules: cluster.clusterRole },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects,
    },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { namespace, name }, rules: cluster.ownRole },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name },
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects,
    },
  ];
}
