/** Who calls from where: every place in the network that a test looks from has a source address of its own. */
import type { Vpc } from '../vpc/model.ts';
import { formatAddress } from '../vpc/addresses.ts';
import { byIdOrName } from '../seed.ts';
import type { World } from '../world.ts';
import { addressIn, CALLERS } from './addresses.ts';
import type { SideConfig } from './caller.ts';

/** Somewhere in a VPC, as a virtual server of it that was made without a word on where. */
export interface VpcSide {
  /** By id. */
  readonly vpc: string;
  /** The caller's own, for rules that name addresses; one of the VPC's first zone when absent. */
  readonly address?: string;
  /** Ids of the caller's security groups, for rules that name groups; the VPC's default one when absent. */
  readonly securityGroups?: readonly string[];
}

/**
 * `classic`: on the Classic network of an account with VRF and service endpoints, so that 166.8.0.0/14 is routed there
 * (hpcs-network-policy §4.2).
 */
export type Side = VpcSide | 'classic' | 'public';

/** Starts the network when it does not run yet. */
export type SideConfigs = (side: Side) => Promise<SideConfig>;

export interface Caller {
  /** The loopback address that stands for it. */
  readonly source: string;
  /** The id of the VPC, `classic` or `public`. */
  readonly side: string;
  /** Undefined outside of VPCs. */
  readonly vpc: Vpc | undefined;
  /** Logical. */
  readonly address: string;
  readonly securityGroups: ReadonlySet<string>;
}

/** Where callers are that are in no VPC: they are seen there and cannot be called. */
const OUTSIDE = { classic: '10.247.0.9', public: '198.51.100.254' } as const;

/** 127.254.0.0 and .1 look like the addresses of a network and of its router. */
const FIRST_INDEX = 2;

export class Sides {
  readonly #world: World;
  readonly #callers = new Map<string, Caller>();
  readonly #bySource = new Map<string, Caller>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The same caller for the same side and name; throws when the cloud has no such VPC. */
  callerOf(side: Side, name = ''): Caller {
    const key = JSON.stringify([side, name]);
    const caller = this.#callers.get(key) ?? this.#place(side);
    this.#callers.set(key, caller);
    this.#bySource.set(caller.source, caller);
    return caller;
  }

  callerAt(source: string): Caller | undefined {
    return this.#bySource.get(source);
  }

  #place(side: Side): Caller {
    const source = addressIn(CALLERS, this.#callers.size + FIRST_INDEX);
    if (typeof side === 'string') {
      return { source, side, vpc: undefined, address: OUTSIDE[side], securityGroups: new Set() };
    }
    const vpc = vpcOf(this.#world, side.vpc);
    const { address = lastAddressOf(vpc), securityGroups = defaultGroupOf(vpc) } = side;
    return { source, side: vpc.id, vpc, address, securityGroups: new Set(securityGroups) };
  }
}

function vpcOf({ areas }: World, id: string): Vpc {
  return byIdOrName(new Map([...areas.values()].flatMap(({ vpcs }) => [...vpcs])), id);
}

/** Where no gateway is likely to be: near the end of the first zone. */
function lastAddressOf({ zones }: Vpc): string {
  const [block = { first: 0, size: 0 }] = zones.values();
  return formatAddress(block.first + block.size - 6);
}

function defaultGroupOf({ securityGroups }: Vpc): string[] {
  return [...securityGroups].filter(({ isDefault }) => isDefault).map(({ id }) => id);
}
