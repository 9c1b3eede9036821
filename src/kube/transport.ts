/**
 * HTTP to the API server: the KubeConfig says where and as whom, this file says how. Every request carries
 * our User-Agent, ends with the caller's signal (rejecting with that signal's reason) and has a deadline;
 * everything else that goes wrong is a KubeError. Nothing is repeated here.
 *
 * Why not the generated clients and `Watch` of @kubernetes/client-node 2.0.1, of which only KubeConfig
 * (files, exec plug-ins, token rotation, proxies) is used:
 *  - each call makes a dispatcher of its own, so 100 calls open 100 TLS connections (measured; here: one);
 *  - `Watch` takes no signal and no headers, hides the body and `Retry-After` of a refusal, skips unreadable
 *    lines (losing the event and still advancing), and cannot set a connect deadline apart from its silence
 *    limit.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import { errorFromFailure, errorFromStatus, KubeError } from './errors.ts';

export interface TransportOptions {
  readonly userAgent: string;
  /** Bounds a whole call; for a stream, the time until its headers have arrived. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

export interface Request {
  /** Names the call in errors, as in `list endpointgateways`. */
  readonly attempt: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface Transport {
  json<T>(request: Request, signal: AbortSignal): Promise<T>;
  /** The answer's bytes as they come. After the headers only the caller judges silence. */
  stream(request: Request, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}

/** As client-go: above this many idle seconds load balancers in front of API servers forget a connection. */
const keepAliveMs = 30_000;

export function createTransport(kubeConfig: KubeConfig, options: TransportOptions): Transport {
  const { clock, requestTimeoutMs } = options;
  const send = createSender(kubeConfig, options.userAgent);
  return {
    async json<T>(request: Request, signal: AbortSignal): Promise<T> {
      using scope = new AbortScope(clock, signal);
      scope.limit(requestTimeoutMs);
      try {
        const response = await send(request, scope.signal);
        const body = parse(await text(response));
        if (!isSuccess(response)) {
          throw refusal(request, response, body);
        }
        if (body === undefined) {
          throw new KubeError(`${request.attempt}: the answer is not JSON`, { reason: 'unavailable' });
        }
        return body as T;
      } catch (error) {
        throw failure(request, scope, signal, error);
      }
    },
    async *stream(request, signal) {
      using scope = new AbortScope(clock, signal);
      scope.limit(requestTimeoutMs);
      try {
        const response = await send(request, scope.signal);
        if (!isSuccess(response)) {
          throw refusal(request, response, parse(await text(response)));
        }
        scope.unlimit();
        // Leaving the loop in whatever way destroys the response, and with it the connection.
        yield* response as AsyncIterable<Buffer>;
      } catch (error) {
        throw failure(request, scope, signal, error);
      }
    },
  };
}

type Sender = (request: Request, signal: AbortSignal) => Promise<http.IncomingMessage>;

function createSender(kubeConfig: KubeConfig, userAgent: string): Sender {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) {
    throw new Error('the kubeconfig has no current cluster');
  }
  const base = new URL(cluster.server);
  const { Agent, request: start } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, timeout: keepAliveMs });

  return async (request, signal) => {
    const settings: https.RequestOptions = {};
    await abortable(kubeConfig.applyToHTTPSOptions(settings), signal);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const outgoing = start(urlOf(base, request), {
      ...settings,
      // client-node's agent knows the way through a proxy, but would open a connection for every call.
      agent: cluster.proxyUrl === undefined ? agent : settings.agent,
      method: request.method,
      signal,
      headers: {
        ...(settings.headers as http.OutgoingHttpHeaders | undefined),
        'User-Agent': userAgent,
        Accept: 'application/json',
        ...(body && {
          'Content-Type': request.contentType ?? 'application/json',
          'Content-Length': body.length,
        }),
      },
    });
    // A peer that vanished without a word is noticed by the kernel, long before any silence limit.
    outgoing.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    return new Promise((resolve, reject) => {
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };
}

/** The server's URL may end in a path, as with API servers behind a management plane. */
function urlOf(base: URL, { path, query = {} }: Request): URL {
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      url.searchParams.set(name, value);
    }
  }
  return url;
}

function isSuccess({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Something between us and the API server may answer in prose: that is no body we read. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refusal(request: Request, response: http.IncomingMessage, body: unknown): KubeError {
  return errorFromStatus(request.attempt, body, {
    status: response.statusCode,
    retryAfter: response.headers['retry-after'],
  });
}

function failure(request: Request, scope: AbortScope, signal: AbortSignal, error: unknown): unknown {
  if (signal.aborted) {
    return signal.reason;
  }
  return errorFromFailure(request.attempt, scope.timedOut ? scope.signal.reason : error);
}
