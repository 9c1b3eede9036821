/**
 * IAM access tokens of one account (IAM Identity Services API, `POST /identity/token`).
 *
 * The token manager of `ibm-cloud-sdk-core` caches a token, shares one request among concurrent callers and
 * refreshes early. Three of its habits are handled here: its calls know no AbortSignal (callers race them), it
 * keeps handing out a revoked token until that expires (`invalidate` starts afresh), and it holds the API key in
 * its HTTP defaults (nothing in this file is ever logged).
 */
import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { IamAuthenticator } from 'ibm-cloud-sdk-core';
import { abortable } from '../lib/abortable.ts';
import { CloudError } from './errors.ts';
import { sdkError } from './sdk-error.ts';

export interface Token {
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  /** The account that the token acts in: claim `account.bss`. */
  readonly accountID: string;
}

export interface TokenSource {
  /** Throws a CloudError: `denied` when IAM refuses the credentials. */
  token(signal: AbortSignal): Promise<Token>;
  /** Forgets a token that a service refused, so that the next call asks IAM again. */
  invalidate(refused: Token): void;
}

export interface ApiKeyOptions {
  /** Path of a file that holds the API key and nothing else; read again whenever a token was refused. */
  readonly apiKeyFile: string;
  /** Base URL of IAM, without a path. */
  readonly iamURL: string;
  readonly httpsAgent: Agent;
  readonly userAgent: string;
  readonly timeoutMs: number;
}

export function apiKeyTokens(options: ApiKeyOptions): TokenSource {
  let authenticator: Promise<IamAuthenticator> | undefined;
  let current: Token | undefined;
  return {
    async token(signal) {
      authenticator ??= createAuthenticator(options);
      const used = authenticator;
      try {
        const request = { headers: {} as Record<string, string> };
        await abortable((await used).authenticate(request), signal);
        const authorization = request.headers['Authorization'] ?? '';
        if (current?.authorization !== authorization) {
          current = { authorization, accountID: accountOf(authorization) };
        }
        return current;
      } catch (error) {
        signal.throwIfAborted();
        if (authenticator === used) {
          authenticator = undefined;
        }
        throw error instanceof CloudError ? error : sdkError(error, 'identity_token', { write: false });
      }
    },
    invalidate(refused) {
      if (current?.authorization === refused.authorization) {
        authenticator = undefined;
      }
    },
  };
}

async function createAuthenticator(options: ApiKeyOptions): Promise<IamAuthenticator> {
  const apikey = await readKey(options.apiKeyFile);
  // These reach the token manager's HTTP client, though its type does not list them.
  const transport = {
    timeout: options.timeoutMs,
    httpsAgent: options.httpsAgent,
    maxRedirects: 0,
    proxy: false,
  };
  return new IamAuthenticator({
    apikey,
    url: options.iamURL,
    headers: { 'User-Agent': options.userAgent },
    ...transport,
  });
}

async function readKey(path: string): Promise<string> {
  let key: string;
  try {
    key = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const message = `the API key file cannot be read: ${path}`;
    throw new CloudError(message, { reason: 'denied', operation: 'identity_token' }, { cause });
  }
  if (key === '') {
    const message = `the API key file is empty: ${path}`;
    throw new CloudError(message, { reason: 'denied', operation: 'identity_token' });
  }
  return key;
}

function accountOf(authorization: string): string {
  const payload = authorization.split('.')[1] ?? '';
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const account = (claims as { account?: { bss?: unknown } }).account?.bss;
    if (typeof account === 'string') {
      return account;
    }
  } catch {
    // An unreadable token is reported like one without the claim.
  }
  const message = 'IAM answered with a token that names no account (claim account.bss)';
  throw new CloudError(message, { reason: 'unknown', operation: 'identity_token' });
}
