/**
 * Asks IAM for an access token (IAM Identity Services API, `POST /identity/token`) through the token manager of
 * `ibm-cloud-sdk-core`, of which only the request is used: `TokenCache` says why. The manager holds the API key in
 * its HTTP defaults, so it lives for one request and neither it nor its errors go anywhere.
 */
import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { IamTokenManager } from 'ibm-cloud-sdk-core';
import type { CloudTime } from './cloud-time.ts';
import { CloudError } from './errors.ts';
import type { CallRecord } from './http.ts';
import { sdkError } from './sdk-error.ts';
import type { IssuedToken } from './token-cache.ts';

export interface ApiKeyOptions {
  /** Path of a file that holds the API key and nothing else. */
  readonly apiKeyFile: string;
  /** Base URL of IAM, without a path. */
  readonly iamURL: string;
  readonly httpsAgent: Agent;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly time: CloudTime;
  readonly onCall: (record: CallRecord) => void;
}

const operation = 'get_token_api_key';

/** Reads the key afresh, so that a rotated key needs no restart. Throws a CloudError; ends by its own deadline. */
export async function issueToken(options: ApiKeyOptions): Promise<IssuedToken> {
  const apikey = await readKey(options.apiKeyFile);
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const report = (status: CallRecord['status']): void =>
    options.onCall({ service: 'iam', operation, status });
  let answer: Answer;
  try {
    answer = await new ApiKeyTokens(apikey, options, deadline).ask();
  } catch (error) {
    const call = { operation, write: false, nowMs: options.time.now() };
    const failure = sdkError(error, call, deadline.aborted ? options.timeoutMs : undefined);
    report(failure.status ?? 'error');
    throw failure;
  }
  report(answer.status);
  return readAnswer(answer.result);
}

interface Answer {
  readonly status: number;
  readonly result: unknown;
}

/** Opens the two parts of IBM's token manager that it keeps to itself: the request and the User-Agent. */
class ApiKeyTokens extends IamTokenManager {
  constructor(apikey: string, options: ApiKeyOptions, signal: AbortSignal) {
    // What follows the URL goes to its HTTP client as is.
    const { iamURL: url, httpsAgent } = options;
    super({ apikey, url, httpsAgent, signal, maxRedirects: 0, proxy: false });
    this.userAgent = options.userAgent;
  }

  async ask(): Promise<Answer> {
    return (await this.requestToken()) as Answer;
  }
}

async function readKey(path: string): Promise<string> {
  const key = await readText(path);
  if (key === '') {
    throw new CloudError(`the API key file is empty: ${path}`, { reason: 'denied', operation });
  }
  return key;
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const message = `the API key file cannot be read: ${(error as Error).message}`;
    throw new CloudError(message, { reason: 'denied', operation });
  }
}

function readAnswer(result: unknown): IssuedToken {
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
