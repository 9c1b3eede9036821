/**
 * The order in which a gateway's addresses change. At most one a zone (R6), so an address that moves within a zone is
 * unbound before the next is bound; everywhere else is bound before anything is unbound, so that no zone is left
 * without an address while another order exists. Pure.
 */
import {
  type GatewayIPPrototype,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../../cloud/vpc-types.ts';
import { type Action, bindIP, type IPChange, unbindIP, updateReservedIP } from '../actions.ts';
import type { WantedIP } from '../wanted/wanted.ts';

export interface Bound {
  readonly ips: readonly ReservedIPReference[];
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** `auto_delete` by reserved IP, as far as it is known. */
  readonly autoDelete: ReadonlyMap<string, boolean>;
}

export function planIPs(wanted: readonly WantedIP[], bound: Bound): readonly Action[] {
  const pairs = pairUp(wanted, bound.ips);
  const surplus = new Set(bound.ips.filter((ip) => !pairs.some((pair) => pair.ip === ip)));
  const binds: Action[] = [];
  const swaps: Action[] = [];
  for (const { want } of pairs.filter(({ ip }) => ip === undefined)) {
    const inTheWay = [...surplus].find((ip) => shareZone(ip, want, bound));
    if (inTheWay === undefined) {
      binds.push(bindIP(ipPrototype(want)));
    } else {
      surplus.delete(inTheWay);
      swaps.push(unbindIP(inTheWay), bindIP(ipPrototype(want)));
    }
  }
  const unbinds = Array.from(surplus, (ip) => unbindIP(ip));
  const changes = pairs.flatMap(({ want, ip }) => (ip === undefined ? [] : changesOf(want, ip, bound)));
  return [...binds, ...swaps, ...unbinds, ...changes];
}

interface Pair {
  readonly want: WantedIP;
  readonly ip: ReservedIPReference | undefined;
}

/** Gives each wanted address a bound one of its own, those that are named first. */
export function pairUp(wanted: readonly WantedIP[], bound: readonly ReservedIPReference[]): readonly Pair[] {
  const free = new Set(bound);
  const taken = new Map<WantedIP, ReservedIPReference>();
  const named = wanted.filter(({ kind }) => kind === 'existing');
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
  if (want.kind === 'existing') {
    return ip.id === want.id;
  }
  return subnetIdOf(ip) === want.subnetId && (want.address === undefined || want.address === ip.address);
}

function shareZone(ip: ReservedIPReference, want: WantedIP, { subnets }: Bound): boolean {
  return want.zone !== undefined && want.zone === subnets.get(subnetIdOf(ip))?.zone.name;
}

export function ipPrototype(want: WantedIP): GatewayIPPrototype {
  if (want.kind === 'existing') {
    return { id: want.id };
  }
  const { subnetId, address, name, autoDelete } = want;
  return {
    subnet: { id: subnetId },
    // An address that we allocate goes with the gateway, unless the spec says otherwise.
    auto_delete: autoDelete ?? true,
    ...(address !== undefined && { address }),
    ...(name !== undefined && { name }),
  };
}

/**
 * An existing reserved IP keeps its own name and `auto_delete`. So does one that happens to be bound where an address
 * is wanted, but for what the spec says in so many words: it may be somebody's, and the default would delete it.
 */
function changesOf(want: WantedIP, ip: ReservedIPReference, bound: Bound): readonly Action[] {
  if (want.kind === 'existing') {
    return [];
  }
  const autoDelete = bound.autoDelete.get(ip.id);
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
