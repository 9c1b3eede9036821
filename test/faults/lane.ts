/**
 * One isolated operator: a process, proxies around it, a cloud account, a namespace and a Lease of its own. Lanes
 * share nothing but the API server, so many cases run side by side.
 *
 * Time in the lane's cloud stands still but for the operator's calls, each of which takes `callMs` of it. So the
 * gateway's states depend on how often the operator asked and not on how fast the machine is, and a script makes
 * the same calls in every run.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { type Key, keyOf } from '../../src/kube/object.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { SideConfig } from '../cloud/network/caller.ts';
import type { Side } from '../cloud/network/sides.ts';
import { type Settings, standardSettings } from '../cloud/settings.ts';
import { type OperatorProcess, startOperator } from '../harness/operator-process.ts';
import { operatorConfigOf, writeKubeconfig } from './lane-config.ts';
import { NetworkCalls } from './network-calls.ts';
import { Proxy } from './proxy.ts';
import type { Rig } from './rig.ts';
import { serviceAt } from './services.ts';
import { Traffic } from './traffic.ts';

/** Simulated time that one call to the cloud takes. */
export const callMs = 20_000;

/** Each state of a gateway lasts for some calls. */
export const steppedSettings: Readonly<Settings> = {
  ...standardSettings,
  pendingMs: 2.5 * callMs,
  addressMs: 3.5 * callMs,
  createMs: 4.5 * callMs,
  changeMs: 1.5 * callMs,
  deleteMs: 2.5 * callMs,
  // Held inside of a call, in which no time passes.
  lockHoldMs: 0,
};

export const objectName = 'gw';

const lastLines = 12;

/** It is nobody's business, in each lane's VPC. */
const strangersGateway = {
  name: 'a-strangers',
  vpc: { id: 'vpc-1' },
  target: { name: 'ibm-ntp-server', resource_type: 'provider_infrastructure_service' },
} as const;

export interface LaneOptions {
  readonly settings?: Partial<Settings>;
  /** How far the cloud's clock is ahead of the operator's. */
  readonly skewMs?: number;
  readonly timings?: object;
  readonly leaderElection?: Readonly<Record<'leaseDuration' | 'renewDeadline' | 'retryPeriod', string>>;
  /** Deadline of one call to the cloud. */
  readonly callTimeout?: string;
  /** Simulated time that one call to the cloud takes; `callMs` when absent. */
  readonly callMs?: number;
  /** Where its operators are in the simulated network, which serves them by real names; on this machine when absent. */
  readonly side?: Side;
  /** Puts into the cloud what is there before the operator is. */
  readonly seed?: (lane: Lane) => Promise<void> | void;
}

/** One start of the operator, with its own way to the API server and to the cloud. */
export interface Replica {
  /** From 1, in the order in which the lane's operators were started. */
  readonly number: number;
  readonly process: OperatorProcess;
  readonly kube: Proxy;
  readonly network: Proxy;
}

export class Lane implements AsyncDisposable {
  readonly rig: Rig;
  readonly id = `lane-${randomBytes(4).toString('hex')}`;
  readonly cloud: Cloud;
  readonly traffic: Traffic;
  readonly replicas: Replica[] = [];
  /** Of the object, as its user last knew it: the watch may lag behind. */
  generation = 1;
  /** Ids of gateways that a stranger has deleted. */
  readonly lost = new Set<string>();
  /** User tags that strangers have put onto gateways of their own, by CRN. */
  readonly foreignTags = new Map<string, readonly string[]>();
  readonly #options: LaneOptions;
  readonly #networkCalls = new NetworkCalls();
  readonly #stack = new AsyncDisposableStack();

  private constructor(rig: Rig, cloud: Cloud, options: LaneOptions) {
    this.rig = rig;
    this.cloud = cloud;
    cloud.control.faults.interceptor = this.#networkCalls;
    this.traffic = new Traffic(cloud.control.clock, options.callMs ?? callMs);
    this.#options = options;
  }

  static async open(rig: Rig, options: LaneOptions = {}): Promise<Lane> {
    const cloud = await startCloud({ settings: { ...steppedSettings, ...options.settings } });
    const lane = new Lane(rig, cloud, options);
    lane.#stack.defer(async () => cloud.stop());
    const { clock, seed } = cloud.control;
    try {
      await rig.admin.createNamespace(lane.namespace);
      seed.endpointGateway({ prototype: strangersGateway });
      clock.freeze();
      // A whole second, so that a `Date` header says it all.
      clock.set(Math.ceil(clock.now() / 1000) * 1000 + (options.skewMs ?? 0));
      await options.seed?.(lane);
    } catch (error) {
      await lane[Symbol.asyncDispose]();
      throw error;
    }
    return lane;
  }

  get namespace(): string {
    return this.id;
  }

  get clusterID(): string {
    return `cluster-of-${this.id}`;
  }

  /** Of the one object that scripts work on. */
  get key(): Key {
    return keyOf({ metadata: { namespace: this.namespace, name: objectName } });
  }

  get leaseName(): string {
    return this.id;
  }

  /** The operator that was started last. */
  get newest(): Replica {
    const replica = this.replicas.at(-1);
    if (replica === undefined) {
      throw new Error('no operator was started in this lane');
    }
    return replica;
  }

  /** Starts the operator, or another replica of it; `config` holds sections that differ. */
  async start(config: object = {}): Promise<Replica> {
    const { rig } = this;
    const number = this.replicas.length + 1;
    const { kube, network } = await this.#openProxies(number);
    const side = await this.#place(number);
    const operator = await startOperator({
      kubeconfig: await writeKubeconfig(this, number, kube.url),
      config: { ...(await operatorConfigOf(this, network.url, this.#options)), ...config },
      compileCache: join(rig.folder, 'compile-cache'),
      ...(side !== undefined && { side }),
      ...(rig.operatorRoot !== undefined && { root: rig.operatorRoot }),
    });
    const replica = { number, process: operator, kube, network };
    this.replicas.push(replica);
    return replica;
  }

  /** Kills the newest operator and waits until it is gone. */
  async kill(): Promise<void> {
    this.newest.process.kill('SIGKILL');
    await this.newest.process.ended;
  }

  /** Starts it after the one before was killed, without waiting for that one's Lease to run out. */
  async restart(config: object = {}): Promise<Replica> {
    await this.rig.admin.freeLease(this.leaseName);
    return this.start(config);
  }

  /** Whether the newest operator has come to lead. */
  async isLeading(): Promise<boolean> {
    return (await this.newest.process.output()).includes('"leading"');
  }

  /** Waits until the newest operator leads. */
  async untilLeading(): Promise<void> {
    await this.newest.process.untilSaid('"leading"');
  }

  /** The end of what each operator has logged, for reports. */
  async lastWords(): Promise<readonly string[]> {
    const outputs = await Promise.all(this.replicas.map(async ({ process }) => process.output()));
    return outputs.map((output, index) => {
      const lines = output.trimEnd().split('\n').slice(-lastLines);
      return `operator ${index + 1} said last:\n${lines.join('\n')}`;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.traffic.hook = undefined;
    await Promise.all(
      this.replicas.map(async ({ process }) => {
        process.kill('SIGKILL');
        await process.stop();
      }),
    );
    await this.#stack.disposeAsync();
  }

  async #place(replica: number): Promise<SideConfig | undefined> {
    const { side } = this.#options;
    if (side === undefined) {
      return undefined;
    }
    const network = await this.cloud.network();
    const config = await network.sideConfig(side, `operator ${replica}`);
    this.#networkCalls.add(config.source, this.traffic.observers(replica, 'cloud'));
    return config;
  }

  async #openProxies(replica: number): Promise<Pick<Replica, 'kube' | 'network'>> {
    const { plane, apiServerCa: ca, certificates } = this.rig;
    const onFailure = (error: unknown): void => void this.traffic.failures.push(String(error));
    const common = { certificate: certificates.server, ca, onFailure };
    const kube = await Proxy.listen({
      ...common,
      upstream: () => plane.url,
      ...this.traffic.observers(replica, 'kube'),
    });
    this.#stack.use(kube);
    const network = await Proxy.listen({
      ...common,
      upstream: (path) => serviceAt(path, this.cloud.plainEndpoints),
      ...this.traffic.observers(replica, 'cloud'),
    });
    this.#stack.use(network);
    return { kube, network };
  }
}
