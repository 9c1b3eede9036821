/** What a kind may know of other objects of the cluster. */
import type { Allows } from '../cloud/allows.ts';
import type { Key } from '../kube/object.ts';
import type { Resource } from './kind.ts';

/** As the caches know them. */
export interface Objects {
  /** One of another kind; `undefined`: there is none. */
  find(kind: string, key: Key): Promise<Resource | undefined>;
  /** Those that make the same claim, and whose account is open to their namespace. */
  rivals(): readonly Rival[];
}

export interface Rival {
  readonly resource: Resource;
  /** What its account allows. */
  readonly allows: Allows;
}
