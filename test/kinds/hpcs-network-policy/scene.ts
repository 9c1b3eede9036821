/**
 * Passes over HpcsNetworkPolicies against the simulated cloud and its network: real sockets to the endpoints of an
 * instance, from a place that the test chooses. The cloud's clock stands still between passes; each scene has an
 * account and instances of its own, so that scenes share a cloud and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';

import { type AccountOptions, Accounts } from '../../../src/cloud/accounts.ts';
import { resolveEndpoints } from '../../../src/cloud/endpoints.ts';
import { findCondition, type Condition } from '../../../src/controller/conditions.ts';
import type { Resource } from '../../../src/controller/kind.ts';
import type { Objects } from '../../../src/controller/objects.ts';
import { requeueOf, type Verdict } from '../../../src/controller/outcome.ts';
import { type PassResult, reconcile } from '../../../src/controller/reconcile.ts';
import { hpcsNetworkPolicy } from '../../../src/kinds/hpcs-network-policy/index.ts';
import type { PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import {
  type HpcsNetworkPolicySpec,
  hpcsNetworkPolicyType,
} from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import { type Draft, type Key, keyOf } from '../../../src/kube/object.ts';
import type { Network } from '../../../src/lib/network.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type KeyInstance, isPrivateOnly } from '../../cloud/keys/model.ts';
import { networkOf } from '../../cloud/network/network.ts';
import type { Side } from '../../cloud/network/sides.ts';
import { overridesOf } from '../../cloud/operator-config.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';
import type { ServiceInstance } from '../../cloud/resources/instances.ts';
import type { Vpc } from '../../cloud/vpc/model.ts';
import { MemoryKube } from '../../controller/memory-kube.ts';
import { noPaths } from '../../controller/no-paths.ts';
import { inShort } from './in-short.ts';

export type Changes = Partial<Omit<HpcsNetworkPolicySpec, 'lockoutGuard'>> & {
  readonly lockoutGuard?: Partial<HpcsNetworkPolicySpec['lockoutGuard']>;
};

export type Manifest = Omit<Draft<PolicyResource>, 'status'>;

/** Of one call to the cloud: long enough for a machine with other work, and a blackhole is given up soon. */
const timeoutMs = 3_000;

export class PolicyScene {
  readonly cloud: Cloud;
  readonly kube = new MemoryKube<PolicyResource>();
  readonly account: string;
  readonly vpc: Vpc;
  readonly instance: ServiceInstance;
  /** The one that the operator has. */
  readonly apiKey: string;
  /** Of the process that makes the passes. */
  identity = 'process-1';
  /** EndpointGateways, by key. */
  readonly gateways = new Map<Key, Resource>();
  /** Ends passes. */
  signal: AbortSignal = new AbortController().signal;
  /** The other objects with the same claim. */
  rivals: Objects['rivals'] = () => [];
  #network: Network;
  #accounts: Accounts;
  readonly #open: (accounts: readonly Partial<AccountOptions>[]) => Accounts;

  private constructor(
    cloud: Cloud,
    parts: { readonly account: string; readonly keyFile: string; readonly apiKey: string },
    network: Network,
  ) {
    this.cloud = cloud;
    this.account = parts.account;
    this.#network = network;
    this.apiKey = parts.apiKey;
    this.vpc = vpcOf(cloud, parts.account);
    this.instance = cloud.control.seed.hpcsInstance({ account: parts.account, name: 'hsm' });
    this.#open = (accounts) => this.#openAccounts(parts.keyFile, accounts);
    this.#accounts = this.#open([{}]);
  }

  static async open(cloud: Cloud, account: string): Promise<PolicyScene> {
    const { seed } = cloud.control;
    seed.account(account);
    const vpc = seed.vpc({ account, name: 'vpc' });
    const keyFile = await cloud.apiKeyFile(account);
    const apiKey = (await readFile(keyFile, 'utf8')).trim();
    return new PolicyScene(cloud, { account, keyFile, apiKey }, await networkOf(cloud, { vpc: vpc.id }));
  }

  #openAccounts(apiKeyFile: string, accounts: readonly Partial<AccountOptions>[]): Accounts {
    const { plainEndpoints, caPem, control } = this.cloud;
    const budget = { callsPerSecond: 1e6, burst: 1e6 };
    const usual = { name: this.account, auth: { apiKeyFile }, allowedNamespaces: ['*'], budget };
    const configured = accounts.map((options) => ({ ...usual, ...options }));
    return new Accounts(configured, {
      clock: control.clock,
      endpoints: resolveEndpoints({ overrides: overridesOf(plainEndpoints), allowedHosts: ['127.0.0.1'] }),
      network: {
        lookup: async (...asked) => this.#network.lookup(...asked),
        resolvers: () => this.#network.resolvers(),
        dial: (to) => this.#network.dial(to),
        peerOf: (connection) => this.#network.peerOf(connection),
      },
      ca: [caPem],
      userAgent: 'vpe-operator/0.0.0 (test)',
      timeoutMs,
      onCall: () => {},
      signal: new AbortController().signal,
    });
  }

  /** The operator is somewhere else in the network from now on. */
  async moveTo(side: Side): Promise<void> {
    this.#network = await networkOf(this.cloud, side);
  }

  /**
   * A new process: nothing is remembered but what the API server and the cloud hold. Its accounts are the usual one
   * with these changes, or several such.
   */
  restart(...accounts: readonly Partial<AccountOptions>[]): void {
    this.identity = `process-${Number(this.identity.split('-')[1]) + 1}`;
    this.#accounts = this.#open(accounts.length === 0 ? [{}] : accounts);
  }

  get accounts(): Accounts {
    return this.#accounts;
  }

  manifest({ lockoutGuard = {}, ...changes }: Changes = {}, name = 'policy'): Manifest {
    const { group, version, kind } = hpcsNetworkPolicyType;
    const instance = changes.instance ?? { crn: this.instance.crn };
    const guid = instance.id ?? instance.crn?.split(':')[7] ?? '';
    const spec: HpcsNetworkPolicySpec = {
      account: this.account,
      instance,
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      lockoutGuard: {
        acknowledgedInstance: guid,
        successes: 3,
        window: '60s',
        verifyTimeout: '60s',
        ...lockoutGuard,
      },
      deletionPolicy: 'Retain',
      managementPolicy: 'Manage',
      suspend: false,
      ...changes,
    };
    return { apiVersion: `${group}/${version}`, kind, metadata: { namespace: 'default', name }, spec };
  }

  make(changes: Changes = {}, name = 'policy'): Key {
    const manifest = this.manifest(changes, name);
    this.kube.make(manifest);
    return keyOf(manifest);
  }

  read(key: Key): PolicyResource {
    return this.kube.known(key);
  }

  edit(key: Key, { lockoutGuard, ...changes }: Changes): void {
    this.kube.edit(key, (spec) => ({
      ...spec,
      ...changes,
      lockoutGuard: { ...spec.lockoutGuard, ...lockoutGuard },
    }));
  }

  condition(key: Key, type: string): Condition | undefined {
    return findCondition(this.read(key).status?.conditions, type);
  }

  advance(ms: number): void {
    this.cloud.control.clock.advance(ms);
  }

  /** One pass over the object as it is now. */
  async pass(key: Key): Promise<PassResult> {
    return reconcile(this.read(key), {
      kind: hpcsNetworkPolicy,
      client: this.kube,
      accounts: this.#accounts,
      clock: this.cloud.control.clock,
      clusterID: 'cluster',
      identity: this.identity,
      priority: 'background',
      signal: this.signal,
      log: pino({ level: 'silent' }),
      freshMs: 0,
      nodeZones: async () => undefined,
      paths: noPaths,
      objects: {
        find: async (kind, name) => (kind === 'EndpointGateway' ? this.gateways.get(name) : undefined),
        rivals: () => this.rivals(),
      },
      mayTakeOver: () => false,
      budget: {
        spend: async (carryOut) => {
          await carryOut();
          return undefined;
        },
      },
      dryRun: false,
      attemptsAt: () => 1,
      fence: () => {},
      learn: () => {},
      onAction: () => {},
    });
  }

  /**
   * Passes, each when it is due, until one comes to what is asked for; returns its verdict. `before` is called before
   * each pass, with how many there were.
   */
  async passUntil(
    key: Key,
    isThere: (verdict: Verdict) => boolean,
    { most = 60, before }: { readonly most?: number; readonly before?: (passes: number) => void } = {},
  ): Promise<Verdict> {
    const seen: string[] = [];
    for (let passes = 0; passes < most; passes += 1) {
      before?.(passes);
      const { verdict } = await this.pass(key);
      if (isThere(verdict)) {
        return verdict;
      }
      seen.push(inShort(verdict));
      this.advance(requeueOf(verdict, 1)?.inMs ?? 5_000);
    }
    throw new Error(`not there after ${most} passes: ${seen.join(', ')}`);
  }

  async settle(key: Key, options?: Parameters<PolicyScene['passUntil']>[2]): Promise<Verdict> {
    return this.passUntil(key, ({ kind }) => kind === 'settled', options);
  }

  /** Whether the drift check sends the object into a pass. */
  async checkDrift(key: Key): Promise<boolean> {
    const found = await hpcsNetworkPolicy.drifted([this.read(key)], {
      session: await this.#accounts.session(this.account, 'us-south', new AbortController().signal),
      log: pino({ level: 'silent' }),
      nowMs: this.cloud.control.clock.now(),
      nodeZones: async () => undefined,
      find: async (_, name) => this.gateways.get(name),
      signal: new AbortController().signal,
    });
    return found.includes(key);
  }

  get keys(): KeyInstance {
    const { keys } = this.instance;
    if (keys === undefined) {
      throw new Error('the instance keeps no keys');
    }
    return keys;
  }

  get host(): string {
    return this.keys.endpoints.private;
  }

  get isClosed(): boolean {
    return isPrivateOnly(this.keys, this.cloud.control.clock.now());
  }

  /** Calls to the key-management services about the instance, in order: method, side and status. */
  calls(after = 0): readonly string[] {
    return this.entries(after).map(
      ({ method, service, status }) => `${method} ${service.replace('keys-', '')} ${status ?? 'none'}`,
    );
  }

  entries(after = 0): readonly LoggedRequest[] {
    const { id } = this.cloud.control.account(this.account);
    return this.cloud.control.requestLog
      .entries({ after })
      .filter(({ accountId, service }) => accountId === id && service.startsWith('keys-'));
  }

  get lastRequest(): number {
    return this.cloud.control.requestLog.lastSequence;
  }
}

function vpcOf({ control }: Cloud, account: string): Vpc {
  const [vpc] = control.area(account, 'us-south').vpcs.values();
  if (vpc === undefined) {
    throw new Error('no VPC');
  }
  return vpc;
}
