/** The addresses that a spec names one by one: at most one a zone (R6), all in the gateway's VPC (R7). Pure. */
import type { EndpointGatewaySpec } from '../types.gen.ts';
import { autoAddresses } from './auto-addresses.ts';
import type { Place } from './catalogue.ts';
import { keptAddress } from './kept-address.ts';
import { asGiven } from './reference.ts';
import { resolveSubnet } from './references.ts';
import { resolveReservedIP } from './reserved-ips.ts';
import { type Resolved, type WantedAddresses, type WantedIP, wrong } from './wanted.ts';

type IPSpec = NonNullable<EndpointGatewaySpec['ips']>[number];

export function resolveAddresses(spec: EndpointGatewaySpec, place: Place): Resolved<WantedAddresses> {
  const asked = addressesAsked(spec, place);
  if ('problem' in asked) {
    return asked;
  }
  const ips = asked.value.ips?.map((ip) => (ip.kind === 'new' ? (keptAddress(ip, place) ?? ip) : ip));
  return { value: { ...asked.value, ips } };
}

function addressesAsked(spec: EndpointGatewaySpec, place: Place): Resolved<WantedAddresses> {
  if (spec.autoIPs !== undefined) {
    return autoAddresses(spec.autoIPs, spec.region, place);
  }
  const ips = spec.ips === undefined ? undefined : resolveAll(spec.ips, place);
  if (ips !== undefined && 'problem' in ips) {
    return ips;
  }
  return { value: { ips: ips?.value, zonesWithoutSubnet: [] } };
}

interface Named {
  readonly ip: WantedIP;
  /** As the spec has it, for messages. */
  readonly what: string;
}

/** A reserved IP that is named twice, in two forms, counts once. */
function resolveAll(specs: readonly IPSpec[], place: Place): Resolved<readonly WantedIP[]> {
  const named: Named[] = [];
  for (const spec of specs) {
    const ip = resolveOne(spec, place);
    if ('problem' in ip) {
      return ip;
    }
    if (!named.some((other) => isSameReservedIP(other.ip, ip.value))) {
      named.push({ ip: ip.value, what: nameOf(spec) });
    }
  }
  return zoneConflict(named) ?? { value: named.map(({ ip }) => ip) };
}

function resolveOne({ subnet, reservedIP, ...rest }: IPSpec, place: Place): Resolved<WantedIP> {
  if (reservedIP !== undefined) {
    return resolveReservedIP(reservedIP, place);
  }
  const found = resolveSubnet(subnet ?? {}, place);
  if ('problem' in found) {
    return found;
  }
  return { value: { kind: 'new', subnetId: found.value.id, zone: found.value.zone.name, ...rest } };
}

function isSameReservedIP(one: WantedIP, other: WantedIP): boolean {
  return one.kind === 'existing' && other.kind === 'existing' && one.id === other.id;
}

function zoneConflict(named: readonly Named[]): Resolved<never> | undefined {
  const zones = new Map<string, string>();
  for (const { ip, what } of named) {
    const other = zones.get(ip.zone ?? '');
    if (ip.zone !== undefined && other !== undefined) {
      return wrong('ZoneConflict', `Both ${other} and ${what} are in zone ${ip.zone}: keep one of them`);
    }
    zones.set(ip.zone ?? '', what);
  }
  return undefined;
}

function nameOf({ subnet, reservedIP }: IPSpec): string {
  return subnet === undefined
    ? `reserved IP ${reservedIP?.id ?? reservedIP?.name ?? ''}`
    : `subnet ${asGiven(subnet)}`;
}
