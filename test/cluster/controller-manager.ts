/**
 * kube-controller-manager with those controllers whose work is part of the API's meaning: owner references,
 * namespace deletion, ServiceAccounts and aggregated roles. Nothing that would need nodes.
 *
 * Mind: the garbage collector looks for new resource types every 30 s, so for that long after a CRD was
 * installed the deletion of a custom object does not reach the objects it owns.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';

import { clientCertificate, type Credentials } from './credentials.ts';
import { startDaemon, untilReady, type Daemon } from './daemon.ts';
import { kubeconfig } from './kubeconfig.ts';

const controllers = [
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'clusterrole-aggregation-controller',
];

export interface ControllerManagerOptions {
  readonly program: string;
  readonly folder: string;
  readonly apiServerUrl: string;
  readonly credentials: Credentials;
  readonly admin: KubeConfig;
  readonly signal: AbortSignal | undefined;
}

/** Returns once it works, which shows in the ServiceAccount that it makes in the namespace "default". */
export async function startControllerManager(options: ControllerManagerOptions): Promise<Daemon> {
  const { program, folder, apiServerUrl, credentials, signal } = options;
  const { authority, files } = credentials;
  const user = await clientCertificate(authority, { user: 'system:kube-controller-manager' });
  const config = join(folder, 'kube-controller-manager.kubeconfig');
  await writeFile(config, kubeconfig({ url: apiServerUrl, authority, user }).exportConfig(), { mode: 0o600 });
  const daemon = await startDaemon({
    name: 'kube-controller-manager',
    program,
    logFile: join(folder, 'kube-controller-manager.log'),
    flags: [
      `--kubeconfig=${config}`,
      `--controllers=${controllers.join(',')}`,
      // Its own user may do little; each controller acts as its ServiceAccount with its built-in role.
      '--use-service-account-credentials',
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.authorityCertificate}`,
      '--leader-elect=false',
      // It serves nobody here.
      '--secure-port=0',
    ],
  });
  const api = options.admin.makeApiClient(CoreV1Api);
  const works = async (): Promise<boolean> => {
    await api.readNamespacedServiceAccount({ namespace: 'default', name: 'default' });
    return true;
  };
  await untilReady(daemon, works, signal);
  return daemon;
}
