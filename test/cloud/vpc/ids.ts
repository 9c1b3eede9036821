/**
 * Ids, CRNs and names as IBM forms them (vpc-endpoint-gateways §2.10). Prefixes of regions and zones that the
 * sheet does not list are UNCONFIRMED and derived from the name; nothing but the service reads them.
 */
import { createHash, randomInt, randomUUID } from 'node:crypto';

const REGION_PREFIXES: Readonly<Record<string, string>> = {
  'us-south': 'r006',
  'eu-de': 'r010',
  'eu-gb': 'r018',
};

const ZONE_PREFIXES: Readonly<Record<string, string>> = {
  'us-south-1': '0717',
  'us-south-2': '0727',
  'us-south-3': '0737',
  'eu-de-1': '02b7',
};

export function seededHex(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}

export function seededUuid(seed: string): string {
  const hex = seededHex(seed);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function uuid(seed: string | undefined): string {
  return seed === undefined ? randomUUID() : seededUuid(seed);
}

/** Id of a VPC, security group or endpoint gateway; the same for the same seed, random without one. */
export function regionalId(region: string, seed?: string): string {
  const prefix =
    REGION_PREFIXES[region] ?? `r${100 + (Number.parseInt(seededHex(region).slice(0, 6), 16) % 900)}`;
  return `${prefix}-${uuid(seed)}`;
}

/** Id of a subnet or reserved IP. */
export function zonalId(zone: string, seed?: string): string {
  return `${ZONE_PREFIXES[zone] ?? seededHex(zone).slice(0, 4)}-${uuid(seed)}`;
}

/** `region` is the CRN's location; for a zonal resource, its zone. */
export function resourceCrn(
  { account, region }: { readonly account: { readonly id: string }; readonly region: string },
  type: string,
  id: string,
): string {
  return `crn:v1:bluemix:public:is:${region}:a/${account.id}::${type}:${id}`;
}

/** Region of a CRN's location, which may be a zone. */
export function regionOf(location: string): string {
  return location.replace(/-\d$/, '');
}

const WORDS = (
  'amber basin birch cedar cliff comet coral delta ember fjord flint glade grove harbor heron island ivory ' +
  'juniper kelp lagoon larch maple meadow mesa nectar oasis onyx opal orchid pebble pine prairie quartz reef ' +
  'ridge river saffron sierra spruce summit talon tundra umber valley velvet walnut willow zephyr'
).split(' ');

/** The name a resource gets when its creator gave none: words joined by hyphens. */
export function randomName(): string {
  return Array.from({ length: 4 }, () => WORDS[randomInt(WORDS.length)]).join('-');
}
