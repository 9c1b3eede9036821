/**
 * The order in which a gateway's addresses change. At most one a zone (R6), so an address that moves within a zone is
 * unbound before the next is bound; everywhere else is bound before anything is unbound, so that no zone is left
 * without an address while another order exists. Pure.
 */
import { type ReservedIPReference, subnetIdOf } from '../../cloud/vpc-types.ts';
import { type Action, bindIP, type IPChange, unbindIP, updateReservedIP } from './actions.ts';
import { ipPrototype, wantedAutoDelete, type WantedIP } from './desired.ts';
import type { Observed } from './observed.ts';

export function planIPs(
  wanted: readonly WantedIP[],
  bound: readonly ReservedIPReference[],
  observed: Observed,
): readonly Action[] {
  const pairs = wanted.map((want) => ({ want, ip: bound.find((ip) => serves(ip, want)) }));
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
  const surplus = bound.some((ip) => !wanted.some((want) => serves(ip, want)));
  return surplus
    ? wanted.flatMap(({ reservedIP }) =>
        reservedIP === undefined || bound.some((ip) => ip.id === reservedIP.id) ? [] : [reservedIP.id],
      )
    : [];
}

/** Whether the bound address is the one that is wanted. Another address in the right subnet is not. */
export function serves(ip: ReservedIPReference, want: WantedIP): boolean {
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

/** An existing reserved IP keeps its own name and `auto_delete`; those that we allocated follow the spec. */
function changesOf(want: WantedIP, ip: ReservedIPReference, observed: Observed): readonly Action[] {
  if (want.reservedIP !== undefined) {
    return [];
  }
  const autoDelete = observed.autoDelete.get(ip.id);
  const change: IPChange = {
    ...(want.name !== undefined && want.name !== ip.name && { name: want.name }),
    ...(autoDelete !== undefined &&
      autoDelete !== wantedAutoDelete(want) && { auto_delete: wantedAutoDelete(want) }),
  };
  return Object.keys(change).length === 0
    ? []
    : [updateReservedIP({ id: ip.id, subnetId: subnetIdOf(ip) }, change)];
}
