/**
 * A real Kubernetes control plane for tests and the demo: etcd, kube-apiserver and kube-controller-manager
 * as child processes on loopback, with kubectl and helm beside them. No nodes: a Pod stays Pending.
 *
 * Guarantees: instances do not collide with each other; all that one started or wrote is gone after `stop`,
 * and soon after the death of this process, SIGKILL included.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';

import { makeTetheredFolder } from '../lib/tether.ts';
import { startApiServer, type ApiServer } from './api-server.ts';
import { startControllerManager } from './controller-manager.ts';
import { clientCertificate, makeCredentials, validityMs } from './credentials.ts';
import type { Daemon } from './daemon.ts';
import { startEtcd, type Etcd } from './etcd.ts';
import { findPrograms, type ProgramPaths } from './find-programs.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { OnProgress } from './progress.ts';

/** A deadline for tests: the first start on a machine may build the programs, or wait for who does. */
export const firstStartMs = 45 * 60_000;

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface ControlPlane {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** The path of a kubeconfig whose user is a member of `system:masters`. */
  readonly kubeconfig: string;
  /** A folder for the PATH that holds kubectl and helm, and nothing else. */
  readonly bin: string;
  /** The path of the API server's audit log: JSON lines, Metadata level. Gone after `stop`. */
  readonly auditLog: string;
  readonly daemons: {
    readonly etcd: Etcd;
    readonly apiServer: ApiServer;
    readonly controllerManager: Daemon;
  };
  /**
   * Writes a kubeconfig with a token of this ServiceAccount, which must exist, valid for a month and bound
   * to it, and returns the path. The token stays what it is: it is not renewed.
   */
  kubeconfigFor(serviceAccount: ServiceAccountName): Promise<string>;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Hears what takes long: downloads, builds, waiting for another process. By default, standard error. */
  readonly onProgress?: OnProgress;
  /** Gives the start up, wherever it is; what was started is ended. Has no effect later. */
  readonly signal?: AbortSignal;
}

export async function startControlPlane({
  onProgress = (line) => process.stderr.write(`control plane: ${line}\n`),
  signal,
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = await findPrograms({ onProgress, signal });
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-cluster-'));
  const started: Daemon[] = [];
  const stop = async (): Promise<void> => {
    // In reverse, because each is noisy about the loss of what it depends on.
    for (const daemon of started.toReversed()) {
      await daemon.stop();
    }
    await folder.remove();
  };
  try {
    return { ...(await start({ programs, folder: folder.path, started, signal })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  readonly programs: ProgramPaths;
  readonly folder: string;
  /** Filled as they come up. */
  readonly started: Daemon[];
  readonly signal: AbortSignal | undefined;
}

async function start({ programs, folder, started, signal }: Start): Promise<Omit<ControlPlane, 'stop'>> {
  const credentials = await makeCredentials(folder);
  const { authority } = credentials;
  const user = await clientCertificate(authority, { user: 'admin', group: 'system:masters' });
  const common = { folder, credentials, signal };

  const etcd = await startEtcd({ ...common, program: programs.etcd });
  started.push(etcd);
  const apiServer = await startApiServer({
    ...common,
    program: programs['kube-apiserver'],
    etcdUrl: etcd.url,
    admin: user,
  });
  started.push(apiServer);
  const { url, auditLog } = apiServer;
  const admin = kubeconfig({ url, authority, user });
  const controllerManager = await startControllerManager({
    ...common,
    program: programs['kube-controller-manager'],
    apiServerUrl: url,
    admin,
  });
  started.push(controllerManager);

  const write = async (name: string, config: KubeConfig): Promise<string> => {
    const path = join(folder, `${name}.kubeconfig`);
    await writeFile(path, config.exportConfig(), { mode: 0o600 });
    return path;
  };
  return {
    url,
    kubeconfig: await write('admin', admin),
    bin: await linkPrograms(join(folder, 'bin'), programs),
    auditLog,
    daemons: { etcd, apiServer, controllerManager },
    kubeconfigFor: async (serviceAccount) => {
      const token = await requestToken(admin, serviceAccount);
      const config = kubeconfig({ url, authority, user: { token } });
      return write(`${serviceAccount.namespace}.${serviceAccount.name}`, config);
    },
  };
}

async function linkPrograms(bin: string, programs: ProgramPaths): Promise<string> {
  await mkdir(bin);
  await symlink(programs.kubectl, join(bin, 'kubectl'));
  await symlink(programs.helm, join(bin, 'helm'));
  return bin;
}

async function requestToken(admin: KubeConfig, { namespace, name }: ServiceAccountName): Promise<string> {
  const answer = await admin.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: validityMs / 1000 } },
  });
  const token = answer.status?.token;
  if (token === undefined) {
    throw new Error(`the API server gave no token for ServiceAccount ${namespace}/${name}`);
  }
  return token;
}
