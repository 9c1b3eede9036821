/** Existing reserved IPs by id or name. A name is unique in its subnet only (R8). Pure. */
import { type ReservedIP, type ReservedIPReference, subnetIdOf } from '../../../cloud/vpc-types.ts';
import type { EndpointGatewaySpec } from '../types.gen.ts';
import { type Place, subnetsOf } from './catalogue.ts';
import { nearest } from './nearest.ts';
import { resolveSubnet } from './references.ts';
import { type ExistingIP, missing, type Resolved, wrong } from './wanted.ts';

type ReservedIPRef = NonNullable<NonNullable<EndpointGatewaySpec['ips']>[number]['reservedIP']>;

/**
 * One that the gateway has already is found among its own. The zone stays unknown where no listing is at hand; so does
 * whether an id exists.
 */
export function resolveReservedIP(reference: ReservedIPRef, place: Place): Resolved<ExistingIP> {
  const subnet = subnetOf(reference, place);
  if (subnet !== undefined && 'problem' in subnet) {
    return subnet;
  }
  const asked = { ...reference, subnetId: subnet?.value };
  const own = place.bound.filter((ip) => isMeant(ip, asked));
  const found: readonly ReservedIPReference[] =
    own.length > 0 ? own : listed(place).filter((ip) => isMeant(ip, asked));
  const [ip, other] = found;
  if (other !== undefined) {
    return ambiguous(asked.name ?? '', found, place);
  }
  if (ip !== undefined) {
    return { value: { kind: 'existing', id: ip.id, zone: zoneOf(ip, place) } };
  }
  return reference.id !== undefined && !isListedWhole(place)
    ? { value: { kind: 'existing', id: reference.id, zone: undefined } }
    : notFound(asked, place);
}

/**
 * The subnets whose reserved IPs have to be listed before the reference can be resolved: none when the gateway has it
 * already, or it is an id whose zone nobody needs to know.
 */
export function subnetsToSearch(
  reference: ReservedIPRef,
  place: Place,
  isZoneNeeded: boolean,
): readonly string[] {
  const subnet = subnetOf(reference, place);
  if (subnet !== undefined && 'problem' in subnet) {
    return [];
  }
  const asked = { ...reference, subnetId: subnet?.value };
  if (place.bound.some((ip) => isMeant(ip, asked)) || (reference.id !== undefined && !isZoneNeeded)) {
    return [];
  }
  return asked.subnetId === undefined ? subnetsOf(place).map(({ id }) => id) : [asked.subnetId];
}

/** By its subnet's. */
function zoneOf(ip: ReservedIPReference, { catalogue }: Place): string | undefined {
  return catalogue.subnets?.get(subnetIdOf(ip))?.zone.name;
}

interface Asked {
  readonly id?: string;
  readonly name?: string;
  readonly subnetId: string | undefined;
}

function isMeant(ip: ReservedIPReference, { id, name, subnetId }: Asked): boolean {
  return id === ip.id || (name === ip.name && (subnetId === undefined || subnetId === subnetIdOf(ip)));
}

/** The reference gives its subnet's id or name in one word; an id goes first. */
function subnetOf({ subnet }: ReservedIPRef, place: Place): Resolved<string> | undefined {
  if (subnet === undefined) {
    return undefined;
  }
  const isId = subnetsOf(place).some(({ id }) => id === subnet);
  const found = resolveSubnet(isId ? { id: subnet } : { name: subnet }, place);
  return 'problem' in found ? found : { value: found.value.id };
}

function listed(place: Place): readonly ReservedIP[] {
  return subnetsOf(place).flatMap(({ id }) => place.catalogue.reservedIPs?.get(id) ?? []);
}

function isListedWhole(place: Place): boolean {
  const { reservedIPs } = place.catalogue;
  return reservedIPs !== undefined && subnetsOf(place).every(({ id }) => reservedIPs.has(id));
}

function ambiguous(name: string, found: readonly ReservedIPReference[], place: Place): Resolved<never> {
  const subnets = found.map((ip) => place.catalogue.subnets?.get(subnetIdOf(ip))?.name ?? subnetIdOf(ip));
  const message = `${found.length} reserved IPs of VPC ${place.vpc.name} are named ${name}, in subnets ${subnets.slice(0, 5).join(', ')}: set reservedIP.subnet`;
  return wrong('ReferenceAmbiguous', message);
}

function notFound({ id, name, subnetId }: Asked, place: Place): Resolved<never> {
  const subnet = place.catalogue.subnets?.get(subnetId ?? '');
  const where = subnet === undefined ? `VPC ${place.vpc.name}` : `subnet ${subnet.name}`;
  // Nobody can bind the provider's own (R13).
  const others = listed(place).filter(
    (ip) => ip.owner !== 'provider' && (subnetId === undefined || subnetId === subnetIdOf(ip)),
  );
  const asked = name ?? id ?? '';
  const near = nearest(
    asked,
    others.map((ip) => (name === undefined ? ip.id : ip.name)),
  );
  return missing('ReservedIPNotFound', `No reserved IP ${asked} in ${where}; ${near}`);
}
