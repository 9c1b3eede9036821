/** A choice that the seed decides and nothing else. */
import { createHash } from 'node:crypto';

interface Named {
  readonly name: string;
}

/** `size` of the items, or all; in their order. The same for the same items, size and seed, on every machine. */
export function sample<T extends Named>(items: readonly T[], size: number, seed: string): readonly T[] {
  const chosen = new Set(shuffle(items, seed).slice(0, size));
  return items.filter((item) => chosen.has(item));
}

/** All of them, in an order that the seed and their names decide. */
export function shuffle<T extends Named>(items: readonly T[], seed: string): readonly T[] {
  const rank = ({ name }: T): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');
  return items.toSorted((a, b) => rank(a).localeCompare(rank(b)));
}
