/**
 * Reads the listings that a spec needs to be resolved, all at once. What is in a VPC that the configuration closes to
 * the account's objects is left out, so that no message can tell of it.
 */
import type { Allows } from '../../../cloud/allows.ts';
import type { ServiceTarget } from '../../../cloud/catalog.ts';
import { CloudError } from '../../../cloud/errors.ts';
import type { CallContext } from '../../../cloud/http.ts';
import type { Snapshot } from '../../../cloud/listing.ts';
import type { ResourceGroup } from '../../../cloud/resource-manager.ts';
import type { TargetInstance } from '../../../cloud/search.ts';
import type { Reference, ReservedIP, SecurityGroup, Subnet, Vpc } from '../../../cloud/vpc-types.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Catalogue, Targets } from './catalogue.ts';
import type { Needs } from './needs.ts';

/** What is used of a pass's means. */
export interface ResolvingIo extends CallContext {
  readonly clock: Clock;
  readonly clusterID: string;
  readonly freshMs: number;
  readonly session: {
    readonly region: string;
    readonly allows: Pick<Allows, 'vpc'>;
    readonly vpc: {
      listReservedIPs(subnetId: string, context: CallContext): Promise<readonly ReservedIP[]>;
    };
    readonly inventory: Listings;
  };
  /** Resolves to `undefined` where the installation may not read Nodes. */
  readonly nodeZones: (signal: AbortSignal) => Promise<readonly string[] | undefined>;
}

interface Listings {
  readonly vpcs: Listing<Vpc>;
  readonly subnets: Listing<Subnet>;
  readonly securityGroups: Listing<SecurityGroup>;
  readonly resourceGroups: Listing<ResourceGroup>;
  readonly instances: Listing<TargetInstance>;
  /** The services of a region. */
  targetsIn(region: string): Listing<ServiceTarget>;
}

interface Listing<T> {
  read(notOlderThanMs: number, signal: AbortSignal): Promise<Snapshot<T>>;
}

/** Throws CloudError. */
export async function readListings(
  needs: Needs,
  notOlderThanMs: number,
  io: ResolvingIo,
): Promise<Catalogue> {
  const { inventory } = io.session;
  const read = async <T>(listing: Listing<T>): Promise<ReadonlyMap<string, T>> =>
    (await listing.read(notOlderThanMs, io.signal)).byId;
  const [vpcs, subnets, securityGroups, resourceGroups, targets, nodeZones] = await Promise.all([
    read(inventory.vpcs),
    needs.subnets ? read(inventory.subnets) : undefined,
    needs.securityGroups ? read(inventory.securityGroups) : undefined,
    needs.resourceGroups ? read(inventory.resourceGroups) : undefined,
    readTargets(needs, io.session, read),
    needs.nodeZones ? io.nodeZones(io.signal) : undefined,
  ]);
  return {
    ...withoutClosed({ vpcs, subnets, securityGroups }, io.session.allows),
    resourceGroups,
    targets,
    nodeZones,
  };
}

type Network = Pick<Catalogue, 'vpcs' | 'subnets' | 'securityGroups'>;

function withoutClosed(
  { vpcs, subnets, securityGroups }: Network,
  allows: Pick<Allows, 'vpc'>,
): Network & Pick<Catalogue, 'closedVpcs'> {
  const closedVpcs = [...vpcs.values()].filter((vpc) => !allows.vpc(vpc));
  if (closedVpcs.length === 0) {
    return { vpcs, subnets, securityGroups };
  }
  const open = new Map([...vpcs].filter(([, vpc]) => allows.vpc(vpc)));
  return {
    vpcs: open,
    closedVpcs,
    subnets: subnets && within(open, subnets),
    securityGroups: securityGroups && within(open, securityGroups),
  };
}

function within<T extends { readonly vpc: Reference }>(
  vpcs: ReadonlyMap<string, Vpc>,
  items: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
  return new Map([...items].filter(([, { vpc }]) => vpcs.has(vpc.id)));
}

type Read = <T>(listing: Listing<T>) => Promise<ReadonlyMap<string, T>>;

async function readTargets(
  { serviceRegion, hosts }: Needs,
  { region, inventory }: ResolvingIo['session'],
  read: Read,
): Promise<Targets | undefined> {
  if (serviceRegion !== undefined) {
    const [services, instances] = await Promise.all([
      read(inventory.targetsIn(serviceRegion)),
      read(inventory.instances),
    ]);
    return { services, instances };
  }
  switch (hosts) {
    case 'services':
      return { services: await optional(read(inventory.targetsIn(region))), instances: new Map() };
    case 'instances':
      return { services: new Map(), instances: await optional(read(inventory.instances)) };
    case undefined:
      return undefined;
  }
}

/** Nothing, where a service of IBM's cannot be asked: what it would tell is not needed. */
async function optional<T>(reading: Promise<ReadonlyMap<string, T>>): Promise<ReadonlyMap<string, T>> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CloudError) {
      return new Map();
    }
    throw error;
  }
}
