/**
 * One address a zone, in subnets that the operator chooses. What is bound stays, so that the choice, which follows
 * the numbers of free addresses, is made once and never again. Pure.
 */
import { type ReservedIPReference, type Subnet, subnetIdOf } from '../../../cloud/vpc-types.ts';
import type { EndpointGatewaySpec } from '../types.gen.ts';
import { type Place, subnetsOf } from './catalogue.ts';
import { resolveSubnet } from './references.ts';
import { missing, type NewIP, type Resolved, type WantedAddresses, type WantedIP, wrong } from './wanted.ts';

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
  const unseen = place.bound.find((ip) => place.catalogue.subnets?.has(subnetIdOf(ip)) !== true);
  return unseen === undefined
    ? { value: chooseAddresses(auto, zones.value, { subnets: subnets.value, bound: place.bound }) }
    : unknownZone(unseen);
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

/** Whether its zone is one that still needs an address cannot be told. */
function unknownZone(ip: ReservedIPReference): Resolved<never> {
  const message = `The gateway's address ${ip.address} (${ip.name}) is in subnet ${subnetIdOf(ip)}, which the account cannot see`;
  return missing('SubnetNotFound', message);
}

interface Choice {
  readonly subnets: readonly Subnet[];
  readonly bound: readonly ReservedIPReference[];
}

function chooseAddresses(auto: AutoIPs, zones: readonly string[], choice: Choice): WantedAddresses {
  const ips = zones.map((zone) => boundIn(zone, choice) ?? newIn(zone, choice, auto));
  return {
    ips: ips.filter((ip): ip is WantedIP => ip !== undefined),
    zonesWithoutSubnet: zones.filter((_, index) => ips[index] === undefined),
  };
}

function boundIn(zone: string, { subnets, bound }: Choice): WantedIP | undefined {
  const near = subnets.filter((subnet) => subnet.zone.name === zone);
  const ip = bound.find((candidate) => near.some(({ id }) => id === subnetIdOf(candidate)));
  return ip && { kind: 'existing', id: ip.id, zone };
}

/** In the subnet with most free addresses; a full one would make the cloud refuse the other zones' addresses, too. */
function newIn(zone: string, { subnets }: Choice, { namePrefix, autoDelete }: AutoIPs): NewIP | undefined {
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
      ...(namePrefix !== undefined && { name: nameIn(zone, namePrefix) }),
      ...(autoDelete !== undefined && { autoDelete }),
    }
  );
}

const maxNameLength = 63;

function nameIn(zone: string, prefix: string): string {
  const ending = `-${zone}`;
  return `${prefix.slice(0, maxNameLength - ending.length)}${ending}`;
}
