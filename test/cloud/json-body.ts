/**
 * JSON is accepted whatever its content type says: IBM's own documentation sends it with curl's default type and
 * patches with plain `application/json` (vpc-endpoint-gateways §1.2).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

/** An empty body is no body. What is no JSON is refused with `code`. */
export function acceptAnyJson(app: FastifyInstance, code = 'bad_request'): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) => {
    if (text.trim() === '') {
      return undefined;
    }
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const message = `The body is not JSON: ${(error as Error).message}`;
      throw new ApiError({ status: 400, code, message });
    }
  });
}
