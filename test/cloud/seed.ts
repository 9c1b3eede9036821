/**
 * What a test puts into the cloud without going through its APIs: accounts, keys, networks, and gateways from
 * before the test began. Ids are derived from names, so that the same seed has the same ids in every run, and
 * everything seeded is as old as the cloud, so that lists show it in the order of its names.
 */
import type { Account, ResourceGroup, Role } from './accounts.ts';
import { IamSeed } from './iam/seed.ts';
import {
  seedHpcsInstance,
  seedKeyProtectInstance,
  type HpcsInstanceSeed,
  type KeyProtectInstanceSeed,
} from './keys/seed.ts';
import type { ServiceInstance } from './resources/instances.ts';
import { putIntoState } from './resources/lifecycle.ts';
import {
  seedResourceGroup,
  seedServiceInstance,
  type ResourceGroupSeed,
  type ServiceInstanceSeed,
} from './resources/seed.ts';
import type { PolicyContent } from './iam/policies.ts';
import { defaultSecurityGroupOf } from './vpc/find.ts';
import { regionalId, zonalId } from './vpc/ids.ts';
import { seedInstance, type InstanceSeed } from './vpc/instances.ts';
import { force } from './vpc/lifecycle.ts';
import { createGateway, planGateway, type GatewayPrototype } from './vpc/gateway-prototype.ts';
import type {
  AccountRegion,
  EndpointGateway,
  Instance,
  ReservedIP,
  SecurityGroup,
  Subnet,
  Vpc,
} from './vpc/model.ts';
import type { LoadBalancer, PrivatePath } from './vpc/private-path/model.ts';
import {
  seedLoadBalancer,
  seedPrivatePath,
  type LoadBalancerSeed,
  type PrivatePathSeed,
} from './vpc/private-path/seed.ts';
import { checkReservation, reserve, type Reservation } from './vpc/reservation.ts';
import { defaultRules, rulesOf, type RulePrototype } from './vpc/security-group-rules.ts';
import { addSecurityGroup } from './vpc/security-groups.ts';
import { addSubnet } from './vpc/subnets.ts';
import { blockOf, newVpc, type VpcContent } from './vpc/vpc-seed.ts';
import { areaOf, type World } from './world.ts';

/** Account and region by name; the account `default` and `us-south` when absent. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

export interface VpcSeed extends Place, VpcContent {}

export interface SubnetSeed extends Place {
  readonly vpc: string;
  readonly name: string;
  readonly zone: string;
  readonly cidr: string;
}

export interface SecurityGroupSeed {
  readonly vpc: string;
  readonly name: string;
  readonly rules?: readonly RulePrototype[];
}

export interface GatewaySeed extends Place {
  readonly prototype: GatewayPrototype;
  /** Made before security groups existed: has none (rule R11). */
  readonly legacy?: boolean;
}

/** VPCs and subnets are named by id or by name; an unknown one throws. */
export class Seed {
  readonly #world: World;
  readonly #bornAtMs: number;
  readonly iam: IamSeed;

  constructor(world: World) {
    this.#world = world;
    this.#bornAtMs = world.clock.now();
    this.iam = new IamSeed(world);
  }

  account(name: string): Account {
    return this.#world.accounts.add(name);
  }

  /** Makes a key for an account and returns it; random unless given. */
  apiKey(account: string, { role, apiKey }: { role?: Role; apiKey?: string } = {}): string {
    const { accounts } = this.#world;
    return accounts.addApiKey(accounts.named(account), role, apiKey);
  }

  resourceGroup(seed: ResourceGroupSeed): ResourceGroup {
    return seedResourceGroup(this.#world, seed);
  }

  serviceInstance(seed: ServiceInstanceSeed): ServiceInstance {
    return this.#deletedIfSo(seedServiceInstance(this.#world, seed, this.#bornAtMs));
  }

  hpcsInstance(seed: HpcsInstanceSeed): ServiceInstance {
    return this.#deletedIfSo(seedHpcsInstance(this.#world, seed, this.#bornAtMs));
  }

  keyProtectInstance(seed: KeyProtectInstanceSeed): ServiceInstance {
    return this.#deletedIfSo(seedKeyProtectInstance(this.#world, seed, this.#bornAtMs));
  }

  /** Nobody can attach an access management tag that does not exist. */
  accessTags(account: string, tags: readonly string[]): void {
    const { accounts, tags: known } = this.#world;
    tags.forEach((tag) => known.create(accounts.named(account).id, 'access', tag));
  }

  vpc(seed: VpcSeed): Vpc {
    const vpc = newVpc(this.#area(seed), seed, this.#bornAtMs);
    vpc.area.vpcs.set(vpc.id, vpc);
    const rules = defaultRules(vpc.area.region);
    this.#securityGroup(vpc, `${seed.name}-default`, { rules, isDefault: true });
    return vpc;
  }

  subnet(seed: SubnetSeed): Subnet {
    const vpc = byIdOrName(this.#area(seed).vpcs, seed.vpc);
    return addSubnet(vpc, {
      id: zonalId(seed.zone, `${vpc.id}/${seed.name}`),
      name: seed.name,
      createdAtMs: this.#bornAtMs,
      resourceGroup: vpc.resourceGroup,
      zone: seed.zone,
      block: blockOf(seed.cidr),
    });
  }

  /** Without rules it lets nothing in or out. */
  securityGroup(seed: Place & SecurityGroupSeed): SecurityGroup {
    const area = this.#area(seed);
    const rules = rulesOf(area, seed.rules ?? []);
    return this.#securityGroup(byIdOrName(area.vpcs, seed.vpc), seed.name, { rules, isDefault: false });
  }

  /** An unbound reserved IP that is `stable` at once and never counts as left over. */
  reservedIP(seed: Place & { readonly subnet: string } & Reservation): ReservedIP {
    const subnet = byIdOrName(this.#area(seed).subnets, seed.subnet);
    checkReservation(this.#world, subnet, seed);
    return reserve(this.#world, subnet, { ...seed, origin: 'seed' });
  }

  /** A gateway that is `stable` at once and never counts as left over. */
  endpointGateway(seed: GatewaySeed): EndpointGateway {
    const vpc = byIdOrName(this.#area(seed).vpcs, seed.prototype.vpc.id ?? '');
    const plan = planGateway(this.#world, vpc, { body: seed.prototype, version: NEWEST_VERSION });
    const gateway = createGateway(this.#world, plan, 'seed');
    if (seed.legacy === true) {
      defaultSecurityGroupOf(vpc).targets.delete(gateway.id);
      gateway.securityGroups.clear();
    }
    force(this.#world, gateway, { lifecycleState: 'stable' });
    return gateway;
  }

  /** A virtual server instance that runs. */
  instance(seed: Place & InstanceSeed): Instance {
    return seedInstance(byIdOrName(this.#area(seed).vpcs, seed.vpc), seed, this.#bornAtMs);
  }

  loadBalancer(seed: Place & LoadBalancerSeed): LoadBalancer {
    return seedLoadBalancer(byIdOrName(this.#area(seed).vpcs, seed.vpc), seed);
  }

  privatePath(seed: Place & PrivatePathSeed): PrivatePath {
    return seedPrivatePath(byIdOrName(this.#area(seed).vpcs, seed.vpc), seed, this.#bornAtMs);
  }

  /** Has the account let a service of another one use something of its own, as its IAM would. */
  authorization({ account, ...content }: PolicyContent & { readonly account: string }): void {
    const { accounts, authorizations } = this.#world;
    const identity = { account: accounts.named(account), role: 'editor', iamId: 'iam-seed' } as const;
    authorizations.create(content, { identity, atMs: this.#bornAtMs });
  }

  /** One that is born pending reclamation waits for it as if it had been deleted just now. */
  #deletedIfSo(instance: ServiceInstance): ServiceInstance {
    if (instance.state === 'pending_reclamation') {
      putIntoState(this.#world, instance, instance.state);
    }
    return instance;
  }

  #area({ account = 'default', region = 'us-south' }: Place): AccountRegion {
    return areaOf(this.#world, this.#world.accounts.named(account), region);
  }

  #securityGroup(vpc: Vpc, name: string, group: Pick<SecurityGroup, 'rules' | 'isDefault'>): SecurityGroup {
    return addSecurityGroup(vpc, {
      id: regionalId(vpc.area.region, `${vpc.id}/security-group/${name}`),
      name,
      createdAtMs: this.#bornAtMs,
      resourceGroup: vpc.resourceGroup,
      ...group,
    });
  }
}

/** Seeds speak the newest generation of fields, whatever the date. */
const NEWEST_VERSION = '9999-12-31';

export function byIdOrName<T extends { readonly id: string; readonly name: string }>(
  resources: ReadonlyMap<string, T>,
  idOrName: string,
): T {
  const resource = resources.get(idOrName) ?? [...resources.values()].find(({ name }) => name === idOrName);
  if (resource === undefined) {
    throw new Error(`the simulated cloud has no ${idOrName}`);
  }
  return resource;
}
