/**
 * kube-apiserver on loopback: client certificates and ServiceAccount tokens, RBAC, and an audit log of every
 * request at the Metadata level.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Health } from '@kubernetes/client-node';
import { stringify } from 'yaml';

import type { Certificate, Credentials } from './credentials.ts';
import { startDaemon, untilReady, type Daemon, type StopSignal } from './daemon.ts';
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

/** What a daemon says of its process is said of the present one, or of the last one while none serves. */
export interface ApiServer extends Daemon {
  readonly url: string;
  readonly auditLog: string;
  /** Ends the process; its clients lose their connections. By SIGKILL none is told so, and nothing is finished. */
  stopServing(signal?: StopSignal): Promise<void>;
  /**
   * Serves again what etcd holds, under the same URL and to the same credentials. Resolves when it is ready.
   * Throws when it serves already, and after `stop`.
   */
  startServing(): Promise<void>;
  /** The end of all serving. */
  stop(signal?: StopSignal): Promise<void>;
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
export async function startApiServer({ signal, ...options }: ApiServerOptions): Promise<ApiServer> {
  for (let attempt = 1; ; attempt += 1) {
    const serving = { ...options, port: await freePort() };
    const first = await startProcess(serving);
    try {
      await untilReady(first, async () => isReady(serving), signal);
      return new RestartableApiServer(first, serving);
    } catch (error) {
      const portTaken = (await first.lastOutput()).includes('address already in use');
      if (!portTaken || attempt === portAttempts) {
        throw error;
      }
    }
  }
}

interface Serving extends Omit<ApiServerOptions, 'signal'> {
  readonly port: number;
}

class RestartableApiServer implements ApiServer {
  readonly name = 'kube-apiserver';
  readonly url: string;
  readonly auditLog: string;
  readonly #serving: Serving;
  #process: Daemon;
  #starting: Promise<void> | undefined;
  #stopped = false;

  constructor(process: Daemon, serving: Serving) {
    this.#process = process;
    this.#serving = serving;
    this.url = urlOf(serving);
    this.auditLog = auditLogOf(serving);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get ended(): Promise<void> {
    return this.#process.ended;
  }

  hasEnded(): boolean {
    return this.#process.hasEnded();
  }

  async lastOutput(): Promise<string> {
    return this.#process.lastOutput();
  }

  async stopServing(signal?: StopSignal): Promise<void> {
    await this.#process.stop(signal);
  }

  async startServing(): Promise<void> {
    if (this.#stopped) {
      throw new Error('kube-apiserver was stopped for good');
    }
    if (this.#starting !== undefined || !this.hasEnded()) {
      throw new Error('kube-apiserver serves already');
    }
    this.#starting = this.#start();
    try {
      await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  /** A start under way fails then, with the process that it has made. */
  async stop(signal?: StopSignal): Promise<void> {
    this.#stopped = true;
    await this.#process.stop(signal);
    await this.#starting?.catch(() => undefined);
  }

  async #start(): Promise<void> {
    const started = await startProcess(this.#serving);
    this.#process = started;
    if (this.#stopped) {
      await started.stop();
    }
    await untilReady(started, async () => isReady(this.#serving), undefined);
  }
}

async function startProcess(serving: Serving): Promise<Daemon> {
  const { program, folder } = serving;
  const policy = join(folder, 'audit-policy.yaml');
  await writeFile(policy, stringify(auditPolicy));
  return startDaemon({
    name: 'kube-apiserver',
    program,
    logFile: join(folder, 'kube-apiserver.log'),
    flags: [
      ...servingFlags(serving),
      '--authorization-mode=RBAC',
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${auditLogOf(serving)}`,
      // Rotation, here at so many MB, would move lines away from under their readers.
      '--audit-log-maxsize=1000000',
    ],
  });
}

function urlOf({ port }: Pick<Serving, 'port'>): string {
  return `https://127.0.0.1:${port}`;
}

/** One file for all its processes: a later one appends to it. */
function auditLogOf({ folder }: Serving): string {
  return join(folder, 'audit.log');
}

function servingFlags({ port, etcdUrl, credentials: { files } }: Serving): string[] {
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
async function isReady({ credentials, admin, ...serving }: Serving): Promise<boolean> {
  const config = kubeconfig({ url: urlOf(serving), authority: credentials.authority, user: admin });
  return new Health(config).readyz({ signal: AbortSignal.timeout(probeMs) });
}
