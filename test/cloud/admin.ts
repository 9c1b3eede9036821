/**
 * The control over HTTP with JSON bodies, for processes that do not hold the cloud in their memory. The routes
 * are in `admin-routes.ts`; `GET /` lists them with a line on each.
 */
import type { FastifyInstance } from 'fastify';
import type { AdminRoute, Asked } from './admin-route.ts';
import { ApiError } from './errors.ts';
import { acceptAnyJson } from './json-body.ts';

/**
 * Bodies have no schemas: the caller is a test, and whatever the control makes of nonsense is answered as a 400
 * with its message.
 */
export function serveAdmin(app: FastifyInstance, routes: readonly AdminRoute[]): void {
  acceptAnyJson(app);
  const listing = routes.map(({ method, path, does }) => ({ method, path, does }));
  app.get('/', async () => ({ routes: listing }));
  for (const { method, path, run } of routes) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        try {
          const result = await run(request as Asked);
          return await (result === undefined ? reply.code(204).send() : reply.send(result));
        } catch (error) {
          throw new ApiError({ status: 400, code: 'bad_request', message: (error as Error).message });
        }
      },
    });
  }
}
