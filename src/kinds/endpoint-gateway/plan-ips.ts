/**
 * The order in which a gateway's addresses change. At most one a zone (R6), so an address that moves within a zone is
 * unbound before the next is bound; everywhere else is bound before anything is unbound, so that no zone is left
 * without an address while another order exists. Pure.
 */
import { type ReservedIPReference, subnetIdOf } from '../../cloud/vpc-types.ts';
import { type Action, bindIP, type IPChange, unbindIP, updateReservedIP } from './actions.ts';
import { ipPrototype, type WantedIP } from './desired.ts';
import type { Observed } from './observed.ts';

export function planIPs(
  wanted: readonly WantedIP[],
  bound: readonly ReservedIPReference[],
  observed: Observed,
): readonly Action[] {
  const pairs = pairUp(wanted, bound);
  const surplus = new Set(bound.filter((ip) => !pairs.some((pair) => pair.ip === ip)));
  const binds: Action[] = [];
  const swaps: Action[] = [];
  for (const { want } of pairs.filter(({ ip }) => ip === undefined)) {
    const inTheWay = [...surplus].find((ip) => shareZone(ip, want, observed));
    if (inTheWay === undefined) {
      binds.push(bindIP(ipPrototype(want)));
    } else {
      surplus.delete(inTheWay);
      swaps.push(unbindIP(inTheWay.id, inTheWay.address), bindIP(ipPrototype(want)));
    }
  }
  const unbinds = Array.from(surplus, (ip) => unbindIP(ip.id, ip.address));
  const changes = pairs.flatMap(({ want, ip }) => (ip === undefined ? [] : changesOf(want, ip, observed)));
  return [...binds, ...swaps, ...unbinds, ...changes];
}

/** A wanted reserved IP whose zone has to be known before the order of changes can be. */
export function zonesToLocate(
  wanted: readonly WantedIP[],
  bound: readonly ReservedIPReference[],
): readonly string[] {
  const pairs = pairUp(wanted, bound);
  return bound.some((ip) => !pairs.some((pair) => pair.ip === ip))
    ? wanted.flatMap(({ reservedIP }) =>
        reservedIP === undefined || bound.some((ip) => ip.id === reservedIP.id) ? [] : [reservedIP.id],
      )
    : [];
}

interface Pair {
  readonly want: WantedIP;
  readonly ip: ReservedIPReference | undefined;
}

/** Gives each wanted address a bound one of its own, those that are named first. */
export function pairUp(wanted: readonly WantedIP[], bound: readonly ReservedIPReference[]): readonly Pair[] {
  const free = new Set(bound);
  const taken = new Map<WantedIP, ReservedIPReference>();
  const named = wanted.filter(({ reservedIP }) => reservedIP !== undefined);
  for (const want of [...named, ...wanted.filter((other) => !named.includes(other))]) {
    const ip = [...free].find((candidate) => serves(candidate, want));
    if (ip !== undefined) {
      free.delete(ip);
      taken.set(want, ip);
    }
  }
  return wanted.map((want) => ({ want, ip: taken.get(want) }));
}

/** Whether the bound address is the one that is wanted. Another address in the right subnet is not. */
function serves(ip: ReservedIPReference, want: WantedIP): boolean {
  if (want.reservedIP !== undefined) {
    return ip.id === want.reservedIP.id;
  }
  return subnetIdOf(ip) === want.subnet?.id && (want.address === undefined || want.address === ip.address);
}

function shareZone(ip: ReservedIPReference, want: WantedIP, { subnets, unboundZones }: Observed): boolean {
  const wanted =
    want.reservedIP === undefined
      ? subnets.get(want.subnet?.id ?? '')?.zone.name
      : unboundZones.get(want.reservedIP.id);
  return wanted !== undefined && wanted === subnets.get(subnetIdOf(ip))?.zone.name;
}

/**
 * An existing reserved IP keeps its own name and `auto_delete`. So does one that happens to be bound where an address
 * is wanted, but for what the spec says in so many words: it may be somebody's, and the default would delete it.
 */
function changesOf(want: WantedIP, ip: ReservedIPReference, observed: Observed): readonly Action[] {
  if (want.reservedIP !== undefined) {
    return [];
  }
  const autoDelete = observed.autoDelete.get(ip.id);
  const change: IPChange = {
    ...(want.name !== undefined && want.name !== ip.name && { name: want.name }),
    ...(want.autoDelete !== undefined &&
      autoDelete !== undefined &&
      autoDelete !== want.autoDelete && { auto_delete: want.autoDelete }),
  };
  return Object.keys(change).length === 0
    ? []
    : [updateReservedIP({ id: ip.id, subnetId: subnetIdOf(ip) }, change)];
}
