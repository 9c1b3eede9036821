/**
 * kube-apiserver on loopback: client certificates and ServiceAccount tokens, RBAC, and an audit log of every
 * request at the Metadata level.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Health } from '@kubernetes/client-node';
import { stringify } from 'yaml';

import type { Certificate, Credentials } from './credentials.ts';
import { startDaemon, untilReady, type Daemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { kubeconfig } from './kubeconfig.ts';

export interface ApiServerOptions {
  readonly program: string;
  readonly folder: string;
  readonly etcdUrl: string;
  readonly credentials: Credentials;
  /** Whom it is asked as whether it is ready. */
  readonly admin: Certificate;
  readonly signal: AbortSignal | undefined;
}

export interface ApiServer extends Daemon {
  readonly url: string;
  readonly auditLog: string;
}

const portAttempts = 5;
const probeMs = 5_000;

/**
 * The stage RequestReceived is left out: it would list each request twice. A watch is still two lines, at
 * its start (`ResponseStarted`) and its end (`ResponseComplete`).
 */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** Starts it on a free port, and on another one when somebody else is quicker to bind that. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await startOnPort(await freePort(), options);
    try {
      await untilReady(server, async () => isReady(server.url, options), options.signal);
      return server;
    } catch (error) {
      const portTaken = (await server.lastOutput()).includes('address already in use');
      if (!portTaken || attempt === portAttempts) {
        throw error;
      }
    }
  }
}

async function startOnPort(port: number, options: ApiServerOptions): Promise<ApiServer> {
  const { program, folder } = options;
  const auditLog = join(folder, 'audit.log');
  const policy = join(folder, 'audit-policy.yaml');
  await writeFile(policy, stringify(auditPolicy));
  const daemon = await startDaemon({
    name: 'kube-apiserver',
    program,
    logFile: join(folder, 'kube-apiserver.log'),
    flags: [
      ...serving(port, options),
      '--authorization-mode=RBAC',
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${auditLog}`,
      // Rotation, here at so many MB, would move lines away from under their readers.
      '--audit-log-maxsize=1000000',
    ],
  });
  return { ...daemon, url: `https://127.0.0.1:${port}`, auditLog };
}

function serving(port: number, { etcdUrl, credentials: { files } }: ApiServerOptions): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    // There is no network that the Service "kubernetes" could lead anybody through.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--client-ca-file=${files.authorityCertificate}`,
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
  ];
}

/** Ready means, among more, that the built-in roles are there. Never true for another instance: its authority differs. */
async function isReady(url: string, { credentials, admin }: ApiServerOptions): Promise<boolean> {
  const config = kubeconfig({ url, authority: credentials.authority, user: admin });
  return new Health(config).readyz({ signal: AbortSignal.timeout(probeMs) });
}
