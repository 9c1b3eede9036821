/**
 * An address that is not to go with its gateway stays reserved, with its name (fact sheet §3.4), and no other can have
 * either (R8). Where one is asked for that shall stay, and an unbound one has just the name or the address, it is that
 * one that is meant: after a move, a deletion or a new gateway. Pure.
 */
import { type ReservedIPReference, subnetIdOf } from '../../../cloud/vpc-types.ts';
import type { Place } from './catalogue.ts';
import type { ExistingIP, NewIP } from './wanted.ts';

export function keptAddress(want: NewIP, { catalogue, bound }: Place): ExistingIP | undefined {
  if (!mayBeKept(want, bound)) {
    return undefined;
  }
  const listed = catalogue.reservedIPs?.get(want.subnetId) ?? [];
  const kept = listed.find(
    (ip) => ip.owner === 'user' && ip.target === undefined && hasNameOrAddress(ip, want),
  );
  return kept && { kind: 'existing', id: kept.id, zone: want.zone };
}

/** Whether the subnet's reserved IPs have to be listed to know. */
export function mayBeKept(want: NewIP, bound: readonly ReservedIPReference[]): boolean {
  const isNamed = want.name !== undefined || want.address !== undefined;
  const isBound = bound.some((ip) => subnetIdOf(ip) === want.subnetId && hasNameOrAddress(ip, want));
  return want.autoDelete === false && isNamed && !isBound;
}

function hasNameOrAddress(ip: ReservedIPReference, { name, address }: NewIP): boolean {
  return address === undefined ? ip.name === name : ip.address === address;
}
