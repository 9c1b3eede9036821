/**
 * The rule about zones, as the cloud saw it: a zone that had an address and is to keep one is without one only while
 * its own address is exchanged for another (R6 lets a gateway have no two in a zone), one zone at a time and once.
 */
import type { HeldState } from '../../cloud/state-log.ts';

/**
 * What is wrong with a history that begins with the state before the first change, as sentences; `wanted`: the zones
 * that are to have an address at its end, `undefined` when that is left to others.
 */
export function zonesLeft(
  history: readonly HeldState[],
  wanted: readonly string[] | undefined,
): readonly string[] {
  const alive = history.filter(
    ({ lifecycleState }) => lifecycleState !== 'deleting' && lifecycleState !== 'absent',
  );
  const [first, last] = [alive.at(0), alive.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  const kept = first.ips.map(({ zone }) => zone).filter((zone) => wanted?.includes(zone) ?? true);
  return [
    ...kept.flatMap((zone) => wrongWith(zone, alive)),
    ...alive
      .filter((state) => without(kept, state).length > 1)
      .map((state) => `${without(kept, state).join()} at once`),
  ];
}

function wrongWith(zone: string, states: readonly HeldState[]): readonly string[] {
  const ids = states.map(({ ips }) => ips.find((ip) => ip.zone === zone)?.id);
  const gaps = ids.filter((id, index) => id === undefined && ids[index - 1] !== undefined).length;
  return [
    ...(gaps > 1 ? [`${zone} ${gaps} times`] : []),
    ...(gaps > 0 && ids.at(0) === ids.at(-1) ? [`${zone} to get the same address again`] : []),
  ];
}

function without(zones: readonly string[], { ips }: HeldState): readonly string[] {
  return zones.filter((zone) => ips.every((ip) => ip.zone !== zone));
}
