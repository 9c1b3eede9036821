/** A cluster without any other object. */
import type { Objects } from '../../src/controller/objects.ts';

export const noObjects: Objects = { find: async () => undefined, rivals: () => [] };
