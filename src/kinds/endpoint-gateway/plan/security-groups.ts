/**
 * The order in which a gateway's security groups change: added before any is removed, since the last one cannot go
 * (R10), and where there are five (R9), one makes room for each that comes. Pure.
 */
import { type Action, attachSecurityGroup, detachSecurityGroup } from '../actions.ts';

const maxSecurityGroups = 5;

/** Ids as wanted, at most five, and as attached. */
export function planSecurityGroups(
  wanted: readonly string[],
  attached: readonly string[],
): readonly Action[] {
  // Made before there were security groups; once it has one, it can never be without again (R11).
  const legacy = attached.length === 0;
  const attach = (id: string): Action => attachSecurityGroup(id, legacy);
  const missing = wanted.filter((id) => !attached.includes(id));
  const surplus = attached.filter((id) => !wanted.includes(id));
  const room = maxSecurityGroups - attached.length;
  const swaps = missing.slice(Math.max(0, room)).map((id, index) => ({ leaves: surplus[index], comes: id }));
  return [
    ...missing.slice(0, Math.max(0, room)).map(attach),
    ...swaps.flatMap(({ leaves, comes }) => [
      ...(leaves === undefined ? [] : [detachSecurityGroup(leaves)]),
      attach(comes),
    ]),
    ...surplus.slice(swaps.length).map(detachSecurityGroup),
  ];
}
