/** What a gateway's own answer does not tell: `auto_delete` of its addresses, its resource bindings, what we did to it. */
import type { ResourceBinding } from '../../../cloud/resource-bindings.ts';
import { type EndpointGateway, isAddressChosen, type ReservedIPReference } from '../../../cloud/vpc-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import type { Io } from '../../../controller/kind.ts';
import type { GatewayResource, Observed } from '../observed.ts';

/** Known from the status once read: a gateway's answer names its reserved IPs but not their `auto_delete`. */
export async function readAutoDelete(
  resource: GatewayResource,
  gateway: EndpointGateway | undefined,
  io: Io,
): Promise<ReadonlyMap<string, boolean>> {
  const known = knownAutoDelete(resource);
  const settled = gateway?.lifecycle_state === 'stable' && gateway.ips.every(isAddressChosen);
  if (!settled || isDeleting(resource) || gateway.ips.every(({ id }) => known.has(id))) {
    return known;
  }
  const ips = await io.session.vpc.listGatewayIPs(gateway.id, io);
  return new Map(ips.map((ip) => [ip.id, ip.auto_delete]));
}

/** `auto_delete` by reserved IP, as an earlier pass read it. */
export function knownAutoDelete({ status }: GatewayResource): ReadonlyMap<string, boolean> {
  return new Map(
    status?.ips?.flatMap(({ id, autoDelete }) => (autoDelete === undefined ? [] : [[id, autoDelete]])),
  );
}

/** Reserved IPs that earlier passes unbound and the cloud kept; nothing but the status remembers them. */
export function keptIPsOf({ status }: GatewayResource): readonly ReservedIPReference[] {
  return (status?.keptIPs ?? []).map(({ id, address, name, subnet }) => ({
    id,
    address,
    name,
    href: `/v1/subnets/${subnet}/reserved_ips/${id}`,
  }));
}

/** Tags that earlier passes attached to this gateway for the spec; nothing but the status remembers them, either. */
export function appliedTagsOf(
  { status = {} }: GatewayResource,
  gateway: EndpointGateway | undefined,
): Observed['applied'] {
  const { id, appliedTags: user = [], appliedAccessTags: access = [] } = status;
  return id !== undefined && id === gateway?.id ? { user, access } : { user: [], access: [] };
}

/** Only where the spec manages them, since they cost a call for each gateway. */
export async function readBindings(
  { spec, metadata }: GatewayResource,
  gateway: EndpointGateway | undefined,
  io: Io,
): Promise<readonly ResourceBinding[] | undefined> {
  const managed = spec.resourceBindings !== undefined && metadata.deletionTimestamp === undefined;
  return managed && gateway?.lifecycle_state === 'stable'
    ? io.session.vpc.listResourceBindings(gateway.id, io)
    : undefined;
}
