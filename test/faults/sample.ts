/** A choice that the seed decides and nothing else. */
import { createHash } from 'node:crypto';

/** `size` of the items, or all; in their order. The same for the same items, size and seed, on every machine. */
export function sample<T extends { readonly name: string }>(
  items: readonly T[],
  size: number,
  seed: string,
): readonly T[] {
  const rank = ({ name }: T): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');
  const chosen = new Set(items.toSorted((a, b) => rank(a).localeCompare(rank(b))).slice(0, size));
  return items.filter((item) => chosen.has(item));
}
