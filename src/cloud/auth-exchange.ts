/**
 * What all ways to authenticate have in common: the one request for an access token, through a token manager of
 * `ibm-cloud-sdk-core` of which only the request is used (`TokenCache` says why). The manager holds credentials in
 * its HTTP defaults, so it lives for one request, and neither it nor its errors go anywhere.
 */
import { readFile, stat } from 'node:fs/promises';
import type { Agent } from 'node:https';
import type { CloudTime } from './cloud-time.ts';
import { CloudError } from './errors.ts';
import type { CallRecord } from './http.ts';
import { sdkError } from './sdk-error.ts';
import type { IssuedToken } from './token-cache.ts';

export interface AuthEdge {
  readonly httpsAgent: Agent;
  readonly userAgent: string;
  /** Deadline of one request for a token. */
  readonly timeoutMs: number;
  readonly time: CloudTime;
  readonly onCall: (record: CallRecord) => void;
}

/** For the constructor of a token manager, which hands what it does not know to its HTTP client. */
export interface ManagerOptions {
  readonly httpsAgent: Agent;
  readonly signal: AbortSignal;
  readonly maxRedirects: 0;
  readonly proxy: false;
}

export interface TokenRequest {
  readonly service: 'iam' | 'metadata';
  readonly operation: string;
  /** Resolves with the manager's answer, rejects with its error. */
  readonly ask: (options: ManagerOptions) => Promise<unknown>;
  /** What a person can check after such a failure, if anything is known. */
  readonly advice: (failure: CloudError) => string | undefined;
}

/** Throws a CloudError; ends by its own deadline. */
export async function requestToken(edge: AuthEdge, request: TokenRequest): Promise<IssuedToken> {
  const { service, operation } = request;
  const signal = AbortSignal.timeout(edge.timeoutMs);
  const report = (status: CallRecord['status']): void => edge.onCall({ service, operation, status });
  let answer: { readonly status: number; readonly result: unknown };
  try {
    const options = { httpsAgent: edge.httpsAgent, signal, maxRedirects: 0, proxy: false } as const;
    answer = (await request.ask(options)) as typeof answer;
  } catch (error) {
    const call = { operation, write: false, nowMs: edge.time.now() };
    const failure = sdkError(error, call, signal.aborted ? edge.timeoutMs : undefined);
    report(failure.status ?? 'error');
    throw explained(failure, request.advice(failure));
  }
  report(answer.status);
  return readAnswer(answer.result, operation);
}

/**
 * The same failure with the advice. A request for a token names no resource and changes nothing: whatever is wrong
 * with it, such as a 404 for a profile, is a matter of credentials, which no edit of an object mends.
 */
function explained(failure: CloudError, advice: string | undefined): CloudError {
  const { operation, status, code, retryAfterMs, trace } = failure;
  const isRefusal =
    failure.reason === 'invalid' || failure.reason === 'absent' || failure.reason === 'conflict';
  const said = failure.message.slice(`${operation}: `.length).replace(/[.;]$/, '');
  return new CloudError(
    advice === undefined ? failure.message.slice(`${operation}: `.length) : `${said}; ${advice}`,
    {
      reason: isRefusal ? 'denied' : failure.reason,
      operation,
      ...(status !== undefined && { status }),
      ...(code !== undefined && { code }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(trace !== undefined && { trace }),
    },
  );
}

/** A file with one secret and nothing else. Throws a CloudError when it holds none; `what` says what it should be. */
export async function readSecret(path: string, what: string, operation: string): Promise<string> {
  const text = await readText(path, what, operation);
  if (text === '') {
    throw new CloudError(`the ${what} is empty: ${path}`, { reason: 'denied', operation });
  }
  return text;
}

async function readText(path: string, what: string, operation: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const message = `the ${what} cannot be read: ${(error as Error).message}`;
    throw new CloudError(message, { reason: 'denied', operation });
  }
}

/**
 * Changes when the file is replaced, as a mounted Secret is by a new link to a new file, and when it is written.
 * `undefined` while there is none.
 */
export async function fileVersion(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join('/');
  } catch {
    return undefined;
  }
}

function readAnswer(result: unknown, operation: string): IssuedToken {
  const { access_token: token, expires_in: seconds } = (result ?? {}) as {
    access_token?: unknown;
    expires_in?: unknown;
  };
  if (typeof token !== 'string' || typeof seconds !== 'number') {
    throw new CloudError('the answer holds no token', { reason: 'unknown', operation });
  }
  const accountID = accountOf(token);
  if (accountID === undefined) {
    throw new CloudError('the token names no account (claim account.bss)', { reason: 'unknown', operation });
  }
  return { token: { authorization: `Bearer ${token}`, accountID }, lifetimeMs: seconds * 1000 };
}

/** The account is for our own book-keeping: the services that get the token are the ones to verify it. */
function accountOf(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const account = (JSON.parse(payload) as { account?: { bss?: unknown } }).account?.bss;
    return typeof account === 'string' ? account : undefined;
  } catch {
    return undefined;
  }
}
