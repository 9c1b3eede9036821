/**
 * One address a zone, in subnets that the operator chooses. What is bound stays, so that the choice, which follows
 * the numbers of free addresses, is made once and never again. Pure.
 */
import {
  type EndpointGateway,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../../cloud/vpc-types.ts';
import type { GatewayResource } from '../observed.ts';
import type { EndpointGatewaySpec } from '../types.gen.ts';
import { type Catalogue, type Place, subnetsOf } from './catalogue.ts';
import { resolveSubnet } from './references.ts';
import {
  type ExistingIP,
  missing,
  type NewIP,
  type Resolved,
  type WantedAddresses,
  wrong,
} from './wanted.ts';

type AutoIPs = NonNullable<EndpointGatewaySpec['autoIPs']>;

export function autoAddresses(auto: AutoIPs, region: string, place: Place): Resolved<WantedAddresses> {
  const subnets = subnetsAllowed(auto, place);
  if ('problem' in subnets) {
    return subnets;
  }
  const zones = auto.zones === 'All' ? { value: zonesOf(subnetsOf(place)) } : nodeZones(region, place);
  if ('problem' in zones) {
    return zones;
  }
  const unseen = place.bound.find((ip) => zoneOf(ip, place) === undefined);
  return unseen === undefined
    ? { value: chooseAddresses(auto, { zones: zones.value, subnets: subnets.value }, place) }
    : unknownZone(unseen);
}

/**
 * Whether a zone has come to need an address, or to have room for one, since the gateway got those that it has: the
 * spec says nothing new then, and the gateway is as it was.
 */
export function lacksAddress(
  { spec }: GatewayResource,
  { vpc, ips }: Pick<EndpointGateway, 'vpc' | 'ips'>,
  { subnets, nodeZones: zones }: Pick<Catalogue, 'subnets' | 'nodeZones'>,
): boolean {
  const { autoIPs, region } = spec;
  if (autoIPs === undefined) {
    return false;
  }
  const place = { vpc, catalogue: { vpcs: new Map(), subnets, nodeZones: zones }, bound: ips };
  const addresses = autoAddresses(autoIPs, region, place);
  return 'value' in addresses && (addresses.value.ips ?? []).some(({ kind }) => kind === 'new');
}

/** Every subnet of the VPC, unless the spec says which. */
function subnetsAllowed(auto: AutoIPs, place: Place): Resolved<readonly Subnet[]> {
  if (auto.subnets === undefined) {
    return { value: subnetsOf(place) };
  }
  const allowed = auto.subnets.map((reference) => resolveSubnet(reference, place));
  const problem = allowed.find((subnet) => 'problem' in subnet);
  return problem ?? { value: allowed.flatMap((subnet) => ('value' in subnet ? [subnet.value] : [])) };
}

function zonesOf(subnets: readonly Subnet[]): readonly string[] {
  return [...new Set(subnets.map(({ zone }) => zone.name))].toSorted();
}

/** Nodes elsewhere, as of a cluster that spans regions, have no use for an address here. */
function nodeZones(region: string, { catalogue }: Place): Resolved<readonly string[]> {
  const { nodeZones: all } = catalogue;
  if (all === undefined) {
    const message =
      'This installation of the operator may not read Nodes, so it cannot tell their zones: set autoIPs.zones to All, or give ips';
    return wrong('NeedsClusterScope', message);
  }
  const zones = [...new Set(all)].filter((zone) => zone.startsWith(`${region}-`)).toSorted();
  if (zones.length === 0) {
    const found = all.length === 0 ? 'no Node names a zone' : `they are in ${all.slice(0, 5).join(', ')}`;
    return missing('NoNodeZones', `No Node of this cluster is in a zone of region ${region}; ${found}`);
  }
  return { value: zones };
}

function zoneOf(ip: ReservedIPReference, { catalogue }: Place): string | undefined {
  return catalogue.subnets?.get(subnetIdOf(ip))?.zone.name;
}

/** Whether its zone is one that still needs an address cannot be told. */
function unknownZone(ip: ReservedIPReference): Resolved<never> {
  const message = `The gateway's address ${ip.address} (${ip.name}) is in subnet ${subnetIdOf(ip)}, which the account cannot see`;
  return missing('SubnetNotFound', message);
}

interface Choice {
  /** Those that shall have an address. */
  readonly zones: readonly string[];
  readonly subnets: readonly Subnet[];
}

/** In a zone that needs none any more an address stays, too: whatever uses it there would be cut off. */
function chooseAddresses(auto: AutoIPs, { zones, subnets }: Choice, place: Place): WantedAddresses {
  const bound = new Map(place.bound.map((ip) => [zoneOf(ip, place) ?? '', ip]));
  const chosen = zones.map((zone) => {
    const ip = bound.get(zone);
    const isAllowed = ip !== undefined && subnets.some(({ id }) => id === subnetIdOf(ip));
    return (isAllowed ? undefined : newIn(zone, subnets, auto)) ?? (ip && existingIn(zone, ip));
  });
  const elsewhere = [...bound].filter(([zone]) => !zones.includes(zone));
  return {
    ips: [...chosen.filter((ip) => ip !== undefined), ...elsewhere.map(([zone, ip]) => existingIn(zone, ip))],
    zonesWithoutSubnet: zones.filter((_, index) => chosen[index] === undefined),
  };
}

function existingIn(zone: string, { id }: ReservedIPReference): ExistingIP {
  return { kind: 'existing', id, zone };
}

/** In the subnet with most free addresses; a full one would make the cloud refuse the other zones' addresses, too. */
function newIn(
  zone: string,
  subnets: readonly Subnet[],
  { namePrefix, autoDelete }: AutoIPs,
): NewIP | undefined {
  const [subnet] = subnets
    .filter((candidate) => candidate.zone.name === zone && candidate.available_ipv4_address_count > 0)
    .toSorted(
      (a, b) => b.available_ipv4_address_count - a.available_ipv4_address_count || (a.name < b.name ? -1 : 1),
    );
  return (
    subnet && {
      kind: 'new',
      subnetId: subnet.id,
      zone,
      ...(namePrefix !== undefined && { name: `${namePrefix}-${zone}` }),
      ...(autoDelete !== undefined && { autoDelete }),
    }
  );
}
