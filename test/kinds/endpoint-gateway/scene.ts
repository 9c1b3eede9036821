/**
 * Passes over EndpointGateways against the simulated cloud, whose clock stands still between them: each scene has
 * an account, a VPC and objects of its own, so that scenes share a cloud and nothing else.
 */
import { pino } from 'pino';

import type { AccountOptions, Accounts, Session } from '../../../src/cloud/accounts.ts';
import type { Paths } from '../../../src/controller/paths.ts';
import { type PassDeps, type PassResult, reconcile } from '../../../src/controller/reconcile.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import {
  endpointGatewayType,
  type EndpointGatewaySpec,
} from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { type Draft, type Key, keyOf } from '../../../src/kube/object.ts';
import { connect, type CloudClient } from '../../cloud/client.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { EndpointGateway, ReservedIP, SecurityGroup, Subnet, Vpc } from '../../cloud/vpc/model.ts';
import { noObjects } from '../../controller/no-objects.ts';
import { noPaths } from '../../controller/no-paths.ts';
import { MemoryKube } from '../../controller/memory-kube.ts';
import { openAccount } from './scene-cloud.ts';

export const clusterID = 'c0ffee00-0000-4000-8000-000000000000';
export const zones = ['us-south-1', 'us-south-2', 'us-south-3'] as const;
export const keyProtect = targetCrn('key-protect');

/** Longer than anything that the cloud does by itself. */
export const settlingMs = 60_000;
/** Longer than a create may wait for its turn, take, and stay unseen, together: 120, 30 and 120 s. */
export const createSettleMs = 271_000;

export type Manifest = Omit<Draft<GatewayResource>, 'status'>;
export type Changes = Partial<EndpointGatewaySpec>;

export class Scene {
  readonly cloud: Cloud;
  readonly kube = new MemoryKube<GatewayResource>();
  readonly account: string;
  readonly vpc: Vpc;
  readonly client: CloudClient;
  /** Of the Nodes of the operator's cluster; `undefined`: it may not read them. */
  nodeZones: readonly string[] | undefined = zones;
  pathsOf: (key: Key) => Paths = () => noPaths;
  #accounts: Accounts;
  readonly #openAccounts: (options?: Partial<AccountOptions>) => Accounts;

  private constructor(
    cloud: Cloud,
    account: string,
    client: CloudClient,
    openAccounts: (options?: Partial<AccountOptions>) => Accounts,
  ) {
    this.cloud = cloud;
    this.account = account;
    this.client = client;
    this.#openAccounts = openAccounts;
    this.#accounts = openAccounts();
    this.vpc = cloud.control.seed.vpc({ account, name: 'vpc' });
    for (const [index, zone] of zones.entries()) {
      const place = { account, vpc: 'vpc', zone };
      cloud.control.seed.subnet({ ...place, name: `a${index + 1}`, cidr: `10.${index}.0.0/24` });
      cloud.control.seed.subnet({ ...place, name: `b${index + 1}`, cidr: `10.${index}.1.0/24` });
    }
    for (let index = 1; index <= 7; index += 1) {
      cloud.control.seed.securityGroup({ account, vpc: 'vpc', name: `group-${index}` });
    }
  }

  static async open(cloud: Cloud, account: string): Promise<Scene> {
    cloud.control.seed.account(account);
    const keyFile = await cloud.apiKeyFile(account);
    const openAccounts = (options?: Partial<AccountOptions>): Accounts =>
      openAccount(cloud, account, keyFile, options);
    return new Scene(cloud, account, await connect(cloud, { account }), openAccounts);
  }

  subnet(name: string): Subnet {
    return named(this.area.subnets, name);
  }

  group(name: string): SecurityGroup {
    return named(this.area.securityGroups, name);
  }

  reservedIP(subnet: string, name: string): ReservedIP {
    return this.cloud.control.seed.reservedIP({ account: this.account, subnet, name });
  }

  /** A VPC without anything in it. */
  otherVpc(): Vpc {
    return this.cloud.control.seed.vpc({ account: this.account, name: 'other' });
  }

  /** The ownership tag of an object. */
  ownTag(key: Key): string {
    return `vpe-operator:${clusterID}:${this.read(key).metadata.uid}`;
  }

  get area(): ReturnType<Cloud['control']['area']> {
    return this.cloud.control.area(this.account, 'us-south');
  }

  /** The account's gateways, in order of creation. */
  get gateways(): readonly EndpointGateway[] {
    return [...this.area.gateways.values()];
  }

  /** The only gateway. */
  get gateway(): EndpointGateway {
    const [gateway, ...others] = this.gateways;
    if (gateway === undefined || others.length > 0) {
      throw new Error(`${this.gateways.length} gateways`);
    }
    return gateway;
  }

  /** A gateway that somebody else made. */
  foreignGateway(prototype: { readonly name: string; readonly crn: string }): EndpointGateway {
    const { name, crn } = prototype;
    return this.cloud.control.seed.endpointGateway({
      account: this.account,
      prototype: {
        name,
        vpc: { id: this.vpc.id },
        target: { resource_type: 'provider_cloud_service', crn },
      },
    });
  }

  async tag(crn: string, tag: string, type: 'user' | 'access' = 'user'): Promise<void> {
    const { status } = await this.client.tagging('POST', `/v3/tags/attach?tag_type=${type}`, {
      resources: [{ resource_id: crn }],
      tag_names: [tag],
    });
    if (status !== 200) {
      throw new Error(`tagging answered ${status}`);
    }
  }

  async tagsOf(crn: string, type: 'user' | 'access' = 'user'): Promise<readonly string[]> {
    const query = `attached_to=${crn}&providers=ghost&tag_type=${type}`;
    const { body } = await this.client.tagging('GET', `/v3/tags?${query}`);
    return (body.items as { name: string }[]).map(({ name }) => name);
  }

  manifest(changes: Changes = {}, name = 'gateway'): Manifest {
    const { group, version, kind } = endpointGatewayType;
    const spec: EndpointGatewaySpec = {
      account: this.account,
      region: 'us-south',
      vpc: { id: this.vpc.id },
      target: { crn: keyProtect },
      adoptionPolicy: 'Never',
      recreatePolicy: 'Never',
      managementPolicy: 'Manage',
      suspend: false,
      ...changes,
    };
    return { apiVersion: `${group}/${version}`, kind, metadata: { namespace: 'default', name }, spec };
  }

  make(changes: Changes = {}, name = 'gateway'): Key {
    const manifest = this.manifest(changes, name);
    this.kube.make(manifest);
    return keyOf(manifest);
  }

  read(key: Key): GatewayResource {
    return this.kube.known(key);
  }

  edit(key: Key, changes: Changes): void {
    this.kube.edit(key, (spec) => ({ ...spec, ...changes }));
  }

  /** Lets the cloud work on what it was asked. */
  advance(ms = settlingMs): void {
    this.cloud.control.clock.advance(ms);
  }

  /**
   * A new process, which may have another configuration: nothing is remembered but what the API server and the cloud
   * hold.
   */
  restart(options?: Partial<AccountOptions>): void {
    this.#accounts = this.#openAccounts(options);
  }

  /** The operator's view of the account. */
  async session(): Promise<Session> {
    return this.#accounts.session(this.account, 'us-south', new AbortController().signal);
  }

  /** Whether the drift check sends the object into a pass. */
  async checkDrift(key: Key): Promise<boolean> {
    const { clock } = this.cloud.control;
    const found = await endpointGateway.drifted([this.read(key)], {
      session: await this.session(),
      log: pino({ level: 'silent' }),
      nowMs: clock.now(),
      nodeZones: async () => this.nodeZones,
      find: async () => undefined,
      signal: new AbortController().signal,
    });
    return found.includes(key);
  }

  /** One pass over the object as it is now. */
  async pass(key: Key): Promise<PassResult> {
    return this.passOver(this.read(key), this.kube);
  }

  /** One pass over an object of any API server. */
  async passOver(resource: GatewayResource, client: PassDeps['client']): Promise<PassResult> {
    // A listing is as old as the clock's last move: without one, a write of the pass before is never behind it.
    this.cloud.control.clock.advance(1);
    return reconcile(resource, {
      kind: endpointGateway,
      client,
      accounts: this.#accounts,
      clock: this.cloud.control.clock,
      clusterID,
      priority: 'background',
      signal: new AbortController().signal,
      log: pino({ level: 'silent' }),
      freshMs: 0,
      nodeZones: async () => this.nodeZones,
      paths: this.pathsOf(keyOf(resource)),
      objects: noObjects,
      identity: 'process',
      mayTakeOver: (cluster, uid) =>
        cluster === clusterID ? !this.kube.uids().includes(uid) : cluster === 'old-cluster',
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

  /** Passes until the cloud matches or the object is gone; returns how many it took. */
  async settle(key: Key, most = 60): Promise<number> {
    for (let passes = 1; passes <= most; passes += 1) {
      const { verdict } = await this.pass(key);
      if (verdict.kind === 'settled') {
        return passes;
      }
      if (verdict.kind === 'failed' || verdict.kind === 'stalled') {
        throw new Error(`a pass came to ${JSON.stringify(verdict)}`);
      }
      this.advance();
    }
    throw new Error(`not settled after ${most} passes`);
  }

  /** Operations of the account's writes since `after`, in order. */
  writes(after = 0): readonly string[] {
    const { id } = this.cloud.control.account(this.account);
    return this.cloud.control.requestLog
      .entries({ after })
      .filter(
        ({ accountId, method, service, operation }) =>
          accountId === id && service !== 'iam' && method !== 'GET' && operation !== 'search',
      )
      .map(({ operation }) => operation ?? '?');
  }

  get lastRequest(): number {
    return this.cloud.control.requestLog.lastSequence;
  }
}

function named<T extends { readonly name: string }>(things: ReadonlyMap<string, T>, name: string): T {
  const found = [...things.values()].find((thing) => thing.name === name);
  if (found === undefined) {
    throw new Error(`no ${name}`);
  }
  return found;
}
