/** Where a gateway is as seen from the operator: what can be proven of it, and whether the operator itself may use it. */
import type { EndpointGateway, Subnet, Vpc } from '../../../cloud/vpc-types.ts';
import type { Io } from '../../../controller/kind.ts';
import type { OwnPlace } from '../../../controller/paths.ts';

export type Vantage =
  /** In the operator's own VPC: its names lead to it there, and its addresses can be reached. */
  | { readonly kind: 'own' }
  /** The operator's VPC shares DNS with the gateway's, so that names lead to it; whether a route does, no API tells. */
  | { readonly kind: 'shared' }
  /** Names that the operator resolves never lead to it. */
  | { readonly kind: 'elsewhere'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** Nodes, VPCs and how they share DNS change seldom. */
const freshForMs = 600_000;

/** Throws CloudError. */
export async function readVantage(gateway: EndpointGateway, io: Io): Promise<Vantage> {
  const own = await readOwnVpc(await io.paths.ownPlace(io.signal), io);
  if (typeof own !== 'string') {
    return own;
  }
  if (own === gateway.vpc.id) {
    return { kind: 'own' };
  }
  const { byId: vpcs } = await io.session.inventory.vpcs.read(io.clock.now() - freshForMs, io.signal);
  return (await sharesDns(gateway, { own, vpcs }, io))
    ? { kind: 'shared' }
    : {
        kind: 'elsewhere',
        message: `The operator runs in VPC ${vpcs.get(own)?.name ?? own}, which does not share DNS with VPC ${gateway.vpc.name}`,
      };
}

const advice = 'set ownVPC in the configuration of the operator to the id of the VPC in which it runs';

/** Id of the VPC in which the operator runs; otherwise the vantage that every gateway of the account and region has. */
async function readOwnVpc(
  { vpcID, subnetIds, instanceIds }: OwnPlace,
  io: Io,
): Promise<string | Exclude<Vantage, { readonly kind: 'own' | 'shared' }>> {
  const { inventory } = io.session;
  const notOlderThanMs = io.clock.now() - freshForMs;
  if (vpcID !== undefined) {
    return vpcID;
  }
  if (subnetIds.length > 0) {
    const { byId } = await inventory.subnets.read(notOlderThanMs, io.signal);
    return vpcOfSubnets(subnetIds, byId);
  }
  // All of a cluster's Nodes are in one VPC, so that any of them tells.
  const [instanceId] = instanceIds;
  if (instanceId === undefined) {
    const message = `Neither the configuration nor the cluster's Nodes tell in which VPC the operator runs: ${advice}`;
    return { kind: 'unknown', message };
  }
  const { byId } = await inventory.instance(instanceId).read(notOlderThanMs, io.signal);
  const message = `The account cannot see virtual server instance ${instanceId}, a Node of the cluster: ${advice}`;
  return byId.get(instanceId)?.vpc.id ?? { kind: 'unknown', message };
}

function vpcOfSubnets(
  ids: readonly string[],
  subnets: ReadonlyMap<string, Subnet>,
): Awaited<ReturnType<typeof readOwnVpc>> {
  const [vpc, ...others] = new Set(ids.flatMap((id) => subnets.get(id)?.vpc.id ?? []));
  if (vpc === undefined) {
    const message = "The cluster's Nodes are in no subnet that the account has in the region of the gateway";
    return { kind: 'elsewhere', message };
  }
  const message = `The cluster's Nodes are in ${1 + others.length} VPCs: ${advice}`;
  return others.length === 0 ? vpc : { kind: 'unknown', message };
}

/**
 * Fact sheet §10.1: a hub's resolver knows the `primary` gateways of the VPCs that are bound to it, and answers for the
 * VPCs whose resolver is `delegated` to it.
 */
async function sharesDns(
  { vpc, dns_resolution_binding_mode: mode }: EndpointGateway,
  { own, vpcs }: { readonly own: string; readonly vpcs: ReadonlyMap<string, Vpc> },
  io: Io,
): Promise<boolean> {
  const resolver = vpcs.get(own)?.dns?.resolver;
  const hub = resolver?.type === 'delegated' ? resolver.vpc?.id : undefined;
  if (hub === vpc.id) {
    return true;
  }
  const isBound = (vpcs.get(vpc.id)?.dns?.resolution_binding_count ?? 0) > 0;
  if (mode !== 'primary' || !isBound) {
    return false;
  }
  const { byId } = await io.session.inventory
    .dnsBindingsOf(vpc.id)
    .read(io.clock.now() - freshForMs, io.signal);
  return Array.from(byId.values()).some((binding) => binding.vpc.id === own || binding.vpc.id === hub);
}
