/** What may have been meant by a name that nothing has. Pure. */
import { distance } from 'fastest-levenshtein';

const mostNames = 5;

/**
 * The names that resemble the one asked for most, as the end of a sentence: nearest first, ties by name. Case does
 * not count. `show` may say more of each.
 */
export function nearest(
  asked: string,
  names: Iterable<string>,
  show: (name: string) => string = (name) => name,
): string {
  const lower = asked.toLowerCase();
  const near = Array.from(new Set(names), (name) => ({ name, far: distance(lower, name.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, mostNames);
  return near.length === 0 ? 'there is none' : `nearest: ${near.map(({ name }) => show(name)).join(', ')}`;
}
