/**
 * The lists of a status, in an order of their own, since the cloud promises none, and no longer than the schema takes.
 * The drift check compares with the same lists: neither another order nor what is cut is a change. Pure.
 */
import type { ResourceBinding } from '../../../cloud/resource-bindings.ts';
import type { GatewayTags } from '../../../cloud/search.ts';
import {
  type EndpointGateway,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../../cloud/vpc-types.ts';
import type { Observed } from '../observed.ts';
import { intersection } from '../plan/tags.ts';
import type { EndpointGatewayStatus } from '../types.gen.ts';

type Status = Required<EndpointGatewayStatus>;

/** `maxItems` of crds/endpointgateways.yaml: of a status with more the API server would take nothing at all. */
const most = {
  lifecycleReasons: 10,
  serviceEndpoints: 100,
  ips: 16,
  securityGroups: 16,
  resourceBindings: 50,
  tags: 1000,
  accessTags: 250,
  appliedTags: 100,
  keptIPs: 16,
} as const;

export function gatewayLists(
  gateway: EndpointGateway,
): Pick<Status, 'lifecycleReasons' | 'serviceEndpoints' | 'securityGroups'> {
  return {
    lifecycleReasons: gateway.lifecycle_reasons
      .slice(0, most.lifecycleReasons)
      .map(({ code, message }) => ({ code, message })),
    serviceEndpoints: gateway.service_endpoints.toSorted().slice(0, most.serviceEndpoints),
    securityGroups: gateway.security_groups
      .map(({ id }) => id)
      .toSorted()
      .slice(0, most.securityGroups),
  };
}

export function ipList(
  ips: readonly ReservedIPReference[],
  subnets: ReadonlyMap<string, Subnet>,
  autoDelete: ReadonlyMap<string, boolean>,
): Status['ips'] {
  return ips
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .slice(0, most.ips)
    .map((ip) => {
      const zone = subnets.get(subnetIdOf(ip))?.zone.name;
      const flag = autoDelete.get(ip.id);
      return {
        ...reservedIP(ip),
        ...(zone !== undefined && { zone }),
        ...(flag !== undefined && { autoDelete: flag }),
      };
    });
}

/** The last ones, unless they are bound again; what a gateway shows while it changes may be about to be unbound. */
export function keptIPList({
  keptIPs,
  gateway,
}: Pick<Observed, 'keptIPs' | 'gateway'>): Partial<Pick<Status, 'keptIPs'>> {
  const bound = gateway?.lifecycle_state === 'stable' ? gateway.ips : [];
  const kept = keptIPs.filter((ip) => bound.every(({ id }) => id !== ip.id));
  return kept.length === 0 ? {} : { keptIPs: kept.slice(-most.keptIPs).map(reservedIP) };
}

function reservedIP(ip: ReservedIPReference): Status['keptIPs'][number] {
  return { id: ip.id, address: ip.address, name: ip.name, subnet: subnetIdOf(ip) };
}

/** Names are unique in a gateway. */
export function bindingList(bindings: readonly ResourceBinding[]): Status['resourceBindings'] {
  return bindings
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .slice(0, most.resourceBindings)
    .map((binding) => ({
      id: binding.id,
      name: binding.name,
      crn: binding.target.crn,
      serviceEndpoint: binding.service_endpoint,
      lifecycleState: binding.lifecycle_state,
    }));
}

export function tagLists({ tags, accessTags }: GatewayTags): Pick<Status, 'tags' | 'accessTags'> {
  return {
    tags: byName(tags).slice(0, most.tags),
    accessTags: byName(accessTags).slice(0, most.accessTags),
  };
}

/** Of the tags that we attached, those that nobody detached since. */
export function appliedList(applied: readonly string[], present: readonly string[]): readonly string[] {
  return byName(intersection(applied, present)).slice(0, most.appliedTags);
}

/** Services write the same tag in different cases (fact sheet §9). */
function byName(tags: readonly string[]): readonly string[] {
  return tags.toSorted((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()));
}
