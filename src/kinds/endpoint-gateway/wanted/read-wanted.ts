/**
 * What a spec asks for in the account as it is. What a spec refers to changes rarely, so that a listing of some age
 * serves; only when something is not found with it, everything needed is read anew, once.
 */
import {
  type ReservedIP,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../../cloud/vpc-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import type { GatewayResource } from '../observed.ts';
import type { Catalogue } from './catalogue.ts';
import { type ResolvingIo, readListings } from './listings.ts';
import { needsOf, subnetsToList } from './needs.ts';
import { type Resolution, resolve } from './resolve.ts';

export interface Reading extends Resolution {
  /** The account's subnets in the region, by id; none where neither the spec nor the gateway has an address. */
  readonly subnets: ReadonlyMap<string, Subnet>;
}

/** How old a listing may be that resolves a reference. */
const referenceAgeMs = 600_000;

/**
 * `bound`: the reserved IPs of the gateway, `undefined` while there is none. Of an object that is being deleted only
 * VPC and target are told, as far as they can be without the catalogues, none of which may keep it from going. Throws
 * CloudError.
 */
export async function readWanted(
  resource: GatewayResource,
  bound: readonly ReservedIPReference[] | undefined,
  io: ResolvingIo,
): Promise<Reading> {
  const needs = needsOf(resource, bound);
  const reservedIPs = new Map<string, readonly ReservedIP[]>();
  const read = async (ageMs: number): Promise<Reading> => {
    const listings = await readListings(needs, io.clock.now() - ageMs, io);
    const catalogue: Catalogue = { ...listings, reservedIPs };
    for (const subnetId of subnetsToList(resource, catalogue, bound)) {
      if (!reservedIPs.has(subnetId)) {
        reservedIPs.set(subnetId, await io.session.vpc.listReservedIPs(subnetId, io));
      }
    }
    const resolution = resolve(resource, catalogue, { clusterID: io.clusterID, bound });
    return { ...resolution, subnets: catalogue.subnets ?? new Map() };
  };
  const known = await read(referenceAgeMs);
  if (isDeleting(resource)) {
    return { ...known, wanted: undefined, problem: undefined };
  }
  return isComplete(known, bound ?? []) ? known : read(io.freshMs);
}

/** Whether everything was found that the spec and the gateway refer to. */
function isComplete({ problem, subnets }: Reading, bound: readonly ReservedIPReference[]): boolean {
  return problem?.kind !== 'wait' && bound.every((ip) => subnets.has(subnetIdOf(ip)));
}
