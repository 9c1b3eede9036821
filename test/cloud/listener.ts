/**
 * One service of the cloud on its two ports of 127.0.0.1: TLS for programs, plain HTTP for `curl`. Everything
 * that is the same for all services happens here: request ids, the `Date` of the simulated clock, the request
 * log, the fault plan, and errors in the service's own body shape.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ErrorObject } from 'ajv';
import type { ServerCertificate } from './certificate.ts';
import { ApiError, errorOfStatus } from './errors.ts';
import { compileValidator, validationError } from './validation.ts';

export interface Ports {
  /** Absent = a free one. */
  readonly tls?: number | undefined;
  readonly plain?: number | undefined;
}

export type RenderError = (error: ApiError, request: FastifyRequest) => unknown;

const HOST = '127.0.0.1';
/** CRNs are part of paths (hpcs-network-policy §3.2). */
const LONGEST_CRN = 512;
/** Longer than any client keeps an idle connection, so that the server is never the one to cut it. */
const KEEP_ALIVE_MS = 120_000;

/** A fastify instance whose errors, its own included, are rendered by the service. */
export function createApp(renderError: RenderError): FastifyInstance {
  const app = Fastify({
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: LONGEST_CRN },
  });
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler<FastifyError | ApiError>(async (thrown, request, reply) => {
    const error = apiErrorOf(thrown);
    return reply
      .code(error.status)
      .headers({ ...error.headers })
      .send(renderError(error, request));
  });
  app.setNotFoundHandler(async ({ method, url }) => {
    const message = `There is no ${method} ${url.split('?')[0]}.`;
    throw new ApiError({ status: 404, code: 'invalid_route', message });
  });
  return app;
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w ,-]{8,1024}$/.test(header) ? header : randomUUID();
}

function apiErrorOf(thrown: FastifyError | ApiError): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  const complaint = thrown.validation?.[0] as ErrorObject | undefined;
  if (complaint !== undefined) {
    return validationError(complaint, thrown.validationContext ?? 'body');
  }
  const status = thrown.statusCode ?? 500;
  return errorOfStatus(status, status === 500 ? (thrown.stack ?? thrown.message) : thrown.message);
}

export interface Listener extends AsyncDisposable {
  /** Base URLs without a trailing slash. */
  readonly tlsUrl: string;
  readonly plainUrl: string;
}

/** Disposing of the listener ends it with every connection it has. */
export async function listen(
  app: FastifyInstance,
  certificate: ServerCertificate,
  ports: Ports = {},
): Promise<Listener> {
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => app.close());
  const plainUrl = await app.listen({ host: HOST, port: ports.plain ?? 0 });
  const tls = createServer({ ...certificate, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
    app.routing(request, response),
  );
  await listenOn(tls, ports.tls ?? 0);
  opened.defer(async () => {
    const closed = new Promise((resolve) => tls.close(resolve));
    tls.closeAllConnections();
    await closed;
  });
  const open = opened.move();
  return {
    plainUrl,
    tlsUrl: `https://${HOST}:${(tls.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => open.disposeAsync(),
  };
}

async function listenOn(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
}
