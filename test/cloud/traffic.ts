/**
 * What happens to every request of a public service before and after its handler: it is logged, and the fault
 * plan may strike it. A cut connection is a destroyed socket, as when a network path dies.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { abortable } from '../../src/lib/abortable.ts';
import { sleep } from '../../src/lib/clock.ts';
import { ApiError, errorOfStatus } from './errors.ts';
import type { FaultRule, Harm, Service } from './faults.ts';
import type { RenderError } from './listener.ts';
import type { LoggedRequest } from './request-log.ts';
import type { World } from './world.ts';

declare module 'fastify' {
  interface FastifyRequest {
    logged: LoggedRequest;
    fault: FaultRule | undefined;
    /** The interceptor has done something to it before its handler. */
    intercepted: boolean;
  }
  interface FastifyContextConfig {
    /** IBM's operation id. */
    operation?: string;
    /** Ids of further operations that this route turns out to be once its body is known. */
    alsoOperations?: readonly string[];
  }
}

export function observeTraffic(
  app: FastifyInstance,
  world: World,
  { service, renderError }: { service: Service; renderError: RenderError },
): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      date: new Date(world.clock.now()).toUTCString(),
      'cache-control': 'no-store',
    });
    request.logged = world.requestLog.open(describe(request, service, world.clock.now()));
    const harm = await world.faults.interceptor?.before(request.logged);
    request.intercepted = harm !== undefined;
    request.fault = harm ?? world.faults.strike(request.logged);
    if (request.fault?.when !== 'after') {
      await strikeBefore(request, reply, world);
    }
  });
  app.addHook('preHandler', async (request) => {
    if (service !== 'iam' && request.method !== 'GET') {
      request.logged.body = request.body;
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { logged, fault } = request;
    logged.committed = request.method !== 'GET' && reply.statusCode < 400;
    const harm = request.intercepted
      ? undefined
      : await world.faults.interceptor?.after(logged, reply.statusCode);
    const late = harm ?? (fault?.when === 'after' ? fault : undefined);
    const after = await strikeAfter(request, reply, { fault: late, world, renderError });
    if (reply.sent) {
      logged.dropped = true;
    } else {
      logged.status = reply.statusCode;
    }
    return after ?? payload;
  });
}

function describe(
  request: FastifyRequest,
  service: Service,
  atMs: number,
): Omit<LoggedRequest, 'sequence' | 'committed'> {
  return {
    atMs,
    service,
    method: request.method,
    path: request.url.split('?')[0] ?? '',
    pathTemplate: request.routeOptions.url,
    operation: request.routeOptions.config.operation,
    query: service === 'iam' ? {} : { ...(request.query as Record<string, unknown>) },
    userAgent: request.headers['user-agent'],
    source: request.ip,
    requestId: request.id,
  };
}

async function strikeBefore(request: FastifyRequest, reply: FastifyReply, world: World): Promise<void> {
  const { fault } = request;
  await wait(fault, world);
  if (fault?.drop === true) {
    request.logged.dropped = true;
    cut(request, reply);
  } else if (fault?.status !== undefined) {
    throw faultError(fault, fault.status);
  }
}

/** The body that replaces the handler's answer, if any. */
async function strikeAfter(
  request: FastifyRequest,
  reply: FastifyReply,
  { fault, world, renderError }: { fault: FaultRule | undefined; world: World; renderError: RenderError },
): Promise<string | undefined> {
  await wait(fault, world);
  if (fault?.drop === true) {
    cut(request, reply);
  } else if (fault?.status !== undefined) {
    const error = faultError(fault, fault.status);
    reply
      .code(error.status)
      .removeHeader('content-length')
      .type('application/json')
      .headers({ ...error.headers });
    return JSON.stringify(renderError(error, request));
  }
  return undefined;
}

async function wait(fault: FaultRule | undefined, { clock, stopped }: World): Promise<void> {
  if (fault?.delayMs !== undefined) {
    await sleep(clock, fault.delayMs, stopped);
  }
  await fault?.meanwhile?.();
  if (fault?.silent === true) {
    await abortable(Promise.withResolvers<never>().promise, stopped);
  }
}

function cut(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function faultError({ code, retryAfter }: Harm, status: number): ApiError {
  const usual = errorOfStatus(status);
  return new ApiError({
    status,
    code: code ?? usual.code,
    message: usual.message,
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  });
}
