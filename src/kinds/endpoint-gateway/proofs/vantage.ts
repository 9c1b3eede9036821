/** Where a gateway is as seen from the operator: what can be proven of it, and whether the operator itself may use it. */
import { CloudError } from '../../../cloud/errors.ts';
import { type EndpointGateway, sharesDns, type Vpc } from '../../../cloud/vpc-types.ts';
import type { Io } from '../../../controller/kind.ts';
import type { OwnPlace } from '../../../controller/paths.ts';

export type Vantage =
  /** In the operator's own VPC: its addresses can be reached there. */
  | { readonly kind: 'own' }
  /** The operator's VPC shares DNS with the gateway's, so that names lead to it; whether a route does, no API tells. */
  | { readonly kind: 'shared' }
  /** Names that the operator resolves never lead to it. */
  | { readonly kind: 'elsewhere'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** What of a gateway decides about it, which one that is still to be made has as well. */
export type Placed = Pick<EndpointGateway, 'vpc' | 'dns_resolution_binding_mode'>;

/** Nodes, VPCs and how they share DNS change seldom. */
const freshForMs = 600_000;

/** `undefined`: it cannot be told now. Throws CloudError. */
export async function readVantage(gateway: Placed, io: Io): Promise<Vantage | undefined> {
  const place = await io.paths.ownPlace(io.signal);
  const own = place === undefined ? undefined : await readOwnVpc(place, io);
  if (typeof own !== 'string') {
    return own;
  }
  if (own === gateway.vpc.id) {
    return { kind: 'own' };
  }
  const { byId: vpcs } = await io.session.inventory.vpcs.read(io.clock.now() - freshForMs, io.signal);
  return (await seesNames(gateway, { own, vpcs }, io))
    ? { kind: 'shared' }
    : apart(gateway, { own: vpcs.get(own), theirs: vpcs.get(gateway.vpc.id) }, io);
}

interface Ends {
  /** The operator's VPC, where the account can see it. */
  readonly own: Vpc | undefined;
  readonly theirs: Vpc | undefined;
}

/** A VPC that is closed to the account's objects is not named to them. */
function apart({ vpc }: Placed, { own, theirs }: Ends, { session: { allows } }: Io): Vantage {
  if (own === undefined && theirs !== undefined && sharesDns(theirs)) {
    const message = `VPC ${vpc.name} shares DNS, and the account cannot see whether with the VPC in which the operator runs`;
    return { kind: 'unknown', message };
  }
  const place = own !== undefined && allows.vpc(own) ? `VPC ${own.name}` : 'another VPC';
  const message = `The operator runs in ${place}, which does not share DNS with VPC ${vpc.name}`;
  return { kind: 'elsewhere', message };
}

const advice = 'set ownVPC in the configuration of the operator to the id of the VPC in which it runs';

type NoVpc = Exclude<Vantage, { readonly kind: 'own' | 'shared' }>;

function unknown(why: string): NoVpc {
  return { kind: 'unknown', message: `${why}: ${advice}` };
}

/** Id of the VPC in which the operator runs; otherwise the vantage that every gateway of the account and region has. */
async function readOwnVpc(place: OwnPlace, io: Io): Promise<string | NoVpc> {
  const { vpcID, zones, subnetIds, instanceIds } = place;
  const { region } = io.session;
  if (vpcID !== undefined) {
    return vpcID;
  }
  if (zones.length > 0 && !zones.some((zone) => zone.startsWith(`${region}-`))) {
    return { kind: 'elsewhere', message: `The operator's cluster has no Node in region ${region}` };
  }
  if (subnetIds.length > 0) {
    const { byId } = await io.session.inventory.subnets.read(io.clock.now() - freshForMs, io.signal);
    return theOne(subnetIds.flatMap((id) => byId.get(id)?.vpc.id ?? []));
  }
  return instanceIds.length > 0
    ? theOne(await vpcOfInstances(instanceIds, io))
    : unknown("Neither the configuration nor the cluster's Nodes tell in which VPC the operator runs");
}

function theOne(vpcs: readonly string[]): string | NoVpc {
  const [vpc, ...others] = new Set(vpcs);
  if (vpc === undefined) {
    return unknown("The account cannot see the cluster's Nodes");
  }
  return others.length === 0 ? vpc : unknown(`The cluster's Nodes are in ${1 + others.length} VPCs`);
}

/** Nodes come and go, so that the first ones may be gone already. */
const mostAsked = 5;

/** All Nodes of a cluster are in one VPC, so that any of them tells. */
async function vpcOfInstances(ids: readonly string[], io: Io): Promise<readonly string[]> {
  for (const id of ids.slice(0, mostAsked)) {
    const vpc = await vpcOfInstance(id, io);
    if (vpc !== undefined) {
      return [vpc];
    }
  }
  return [];
}

async function vpcOfInstance(id: string, io: Io): Promise<string | undefined> {
  try {
    const instance = io.session.inventory.instance(id);
    return (await instance.read(io.clock.now() - freshForMs, io.signal)).byId.get(id)?.vpc.id;
  } catch (error) {
    if (error instanceof CloudError && error.reason === 'denied') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Fact sheet §10.1: a hub's resolver knows the `primary` gateways of the VPCs that are bound to it, and answers for the
 * VPCs whose resolver is `delegated` to it.
 */
async function seesNames(
  { vpc, dns_resolution_binding_mode: mode }: Placed,
  { own, vpcs }: { readonly own: string; readonly vpcs: ReadonlyMap<string, Vpc> },
  io: Io,
): Promise<boolean> {
  const resolver = vpcs.get(own)?.dns?.resolver;
  const hub = resolver?.type === 'delegated' ? resolver.vpc?.id : undefined;
  if (hub === vpc.id) {
    return true;
  }
  if (mode !== 'primary' || (vpcs.get(vpc.id)?.dns?.resolution_binding_count ?? 0) === 0) {
    return false;
  }
  const bindings = io.session.inventory.dnsBindingsOf(vpc.id);
  const { byId } = await bindings.read(io.clock.now() - freshForMs, io.signal);
  return Array.from(byId.values()).some((binding) => binding.vpc.id === own || binding.vpc.id === hub);
}
