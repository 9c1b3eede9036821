/**
 * Installs into a control plane what Helm would: the CRDs, and the operator's ServiceAccount with the generated
 * rules (`deploy/chart/files/rbac.json`) and nothing more.
 */
import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';

import type { Rbac } from '../../src/codegen/rbac.ts';
import type { PolicyRule } from '../../src/controller/kind.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { repositoryPath } from '../lib/repository.ts';
import { kubectl } from './kubectl.ts';

interface Account {
  readonly namespace: string;
  readonly name: string;
}

export const operatorAccount = { namespace: 'vpe-operator-system', name: 'vpe-operator' } as const;

/** Of an installation beside the other one that may look into some namespaces only. */
export const scopedAccount = { namespace: 'vpe-operator-scoped', name: 'vpe-operator' } as const;

/** The user name under which the operator appears in the audit log. */
export const operatorUser = userOf(operatorAccount);
export const scopedUser = userOf(scopedAccount);

/** Returns the path of the operator's kubeconfig. */
export async function install(plane: ControlPlane): Promise<string> {
  await kubectl(plane, ['apply', '-f', repositoryPath('crds')]);
  await kubectl(plane, ['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  const { cluster } = await readRules();
  const { namespace, name } = operatorAccount;
  await apply(plane, [
    ...ownNamespace(operatorAccount, cluster.ownRole),
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules: cluster.clusterRole },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  ]);
  return kubeconfigOf(plane, operatorAccount);
}

/** Without any ClusterRole, for a cluster that has the CRDs. `watch` gives it a namespace to look into. */
export async function installScoped(plane: ControlPlane): Promise<{
  readonly kubeconfig: string;
  watch(namespace: string): Promise<void>;
}> {
  const { namespaced } = await readRules();
  await apply(plane, ownNamespace(scopedAccount, namespaced.ownRole));
  return {
    kubeconfig: await kubeconfigOf(plane, scopedAccount),
    watch: async (namespace) => apply(plane, role(namespace, scopedAccount, namespaced.watchedRole)),
  };
}

const rbac = 'rbac.authorization.k8s.io';

async function readRules(): Promise<Rbac> {
  return JSON.parse(await readFile(repositoryPath('deploy', 'chart', 'files', 'rbac.json'), 'utf8')) as Rbac;
}

function ownNamespace(account: Account, ownRole: readonly PolicyRule[]): readonly object[] {
  const { namespace, name } = account;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    ...role(namespace, account, ownRole),
  ];
}

/** What the account may do in a namespace. */
function role(namespace: string, account: Account, rules: readonly PolicyRule[]): readonly object[] {
  const { name } = account;
  return [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { namespace, name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name },
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}

async function apply(plane: ControlPlane, manifests: readonly object[]): Promise<void> {
  const input = manifests.map((manifest) => stringify(manifest)).join('---\n');
  await kubectl(plane, ['apply', '-f', '-'], { input });
}

/** Its context names the operator's own namespace. */
async function kubeconfigOf(plane: ControlPlane, account: Account): Promise<string> {
  const kubeconfig = await plane.kubeconfigFor(account);
  const setNamespace = ['config', 'set-context', '--current', `--namespace=${account.namespace}`];
  await kubectl(plane, setNamespace, { kubeconfig });
  return kubeconfig;
}

function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
