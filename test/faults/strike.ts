/** Something that happens once, at one boundary. */
import type { Boundary } from './boundary.ts';
import type { Lane } from './lane.ts';
import type { Interference } from './interference.ts';

export class Strike {
  readonly #done = Promise.withResolvers<void>();
  #hit = false;

  /** Sets the lane's hook; `act` says what happens to the call, if anything. */
  constructor(
    { traffic }: Pick<Lane, 'traffic'>,
    at: Boundary,
    act: () => Promise<Interference | undefined>,
  ) {
    traffic.hook = async ({ counted, moment }) => {
      const isHit =
        !this.#hit &&
        moment === at.moment &&
        counted?.replica === at.replica &&
        counted.phase === at.phase &&
        counted.side === at.side &&
        counted.name === at.name &&
        counted.ordinal === at.ordinal;
      if (!isHit) {
        return undefined;
      }
      this.#hit = true;
      const interference = await act();
      this.#done.resolve();
      return interference;
    };
  }

  /** The boundary was met. */
  get hit(): boolean {
    return this.#hit;
  }

  /** Resolves when it has happened, which may be never. */
  get done(): Promise<void> {
    return this.#done.promise;
  }
}
