/** Why keys are queued, where a pass depends on it: for each key the most demanding of its reasons counts. */
import type { Key } from '../kube/object.ts';

export class Occasions {
  /** Somebody has just changed them: they, and their cloud calls, go first. */
  readonly #edited = new Set<Key>();
  /** Nothing is new about them but what was proven: what was listed a while ago will do. */
  readonly #proven = new Set<Key>();

  edit(key: Key): void {
    this.#edited.add(key);
    this.#proven.delete(key);
  }

  prove(key: Key): void {
    if (!this.#edited.has(key)) {
      this.#proven.add(key);
    }
  }

  isEdited(key: Key): boolean {
    return this.#edited.has(key);
  }

  /** Its pass begins: what comes from now on is for the next one. */
  begin(key: Key): { readonly edited: boolean; readonly proven: boolean } {
    return { edited: this.#edited.delete(key), proven: this.#proven.delete(key) };
  }

  forget(key: Key): void {
    this.begin(key);
  }
}
