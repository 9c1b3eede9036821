/** Reads the listings that a spec needs to be resolved, all at once. */
import type { ServiceTarget } from '../../../cloud/catalog.ts';
import { CloudError } from '../../../cloud/errors.ts';
import type { CallContext } from '../../../cloud/http.ts';
import type { Snapshot } from '../../../cloud/inventory.ts';
import type { ResourceGroup } from '../../../cloud/resource-manager.ts';
import type { TargetInstance } from '../../../cloud/search.ts';
import type { ReservedIP, SecurityGroup, Subnet, Vpc } from '../../../cloud/vpc-types.ts';
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
  return { vpcs, subnets, securityGroups, resourceGroups, targets, nodeZones };
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
