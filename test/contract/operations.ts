/**
 * The ids of the operations that the simulator serves, taken from its routes as it registers them, so that a
 * new one cannot be forgotten here. Fastify announces each of its instances on a diagnostics channel
 * (fastify.dev, "Hooks: Diagnostics Channel Hooks").
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';

const CHANNEL = 'fastify.initialization';

/** Runs `start`, and returns beside its result the sorted operation ids of every route registered meanwhile. */
export async function withOperations<T>(
  start: () => Promise<T>,
): Promise<{ result: T; operations: string[] }> {
  const operations = new Set<string>();
  const onInstance = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ config }) => {
      for (const operation of [config?.operation, ...(config?.alsoOperations ?? [])]) {
        if (operation !== undefined) {
          operations.add(operation);
        }
      }
    });
  };
  subscribe(CHANNEL, onInstance);
  try {
    const result = await start();
    return { result, operations: [...operations].toSorted() };
  } finally {
    unsubscribe(CHANNEL, onInstance);
  }
}
