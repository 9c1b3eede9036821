/** An operator that runs nobody knows where, uses nothing and proves nothing. */
import type { Paths } from '../../src/controller/paths.ts';

export const noPaths: Paths = {
  ownPlace: async () => ({ zones: [], subnetIds: [], instanceIds: [] }),
  usersOf: () => [],
  proofs: undefined,
  forget: () => {},
  lookAgain: () => {},
};
