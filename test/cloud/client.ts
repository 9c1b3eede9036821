/**
 * Somebody with an API key who calls the cloud over plain HTTP: for tests of the cloud itself, and for tests that
 * need a second hand in it (a drift, a foreign gateway).
 */
import type { Cloud } from './cloud.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; `undefined` when the answer has no body. */
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- tests read whatever the service says
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Version date; the newest generation of fields when absent. */
  readonly version?: string;
}

export interface CloudClient {
  readonly token: string;
  /** Calls the VPC API; `path` starts behind `/v1` and may have a query. */
  vpc(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Calls Global Tagging; `path` starts with `/v3`. */
  tagging(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Calls a service at one of the cloud's base URLs. */
  at(baseUrl: string, method: string, path: string, body?: unknown): Promise<Reply>;
}

export const NEW_VERSION = '2026-03-24';
/** The last version date with boolean DNS fields. */
export const OLD_VERSION = '2025-11-17';

export async function connect(
  cloud: Cloud,
  { account = 'default', region = 'us-south', apiKey = cloud.control.seed.apiKey(account) } = {},
): Promise<CloudClient> {
  const { access_token: token } = (await fetchToken(cloud, apiKey)).body as { access_token: string };
  const authorization = `Bearer ${token}`;
  const at: CloudClient['at'] = async (baseUrl, method, path, body) =>
    call(new URL(`${baseUrl}${path}`), { method, headers: { authorization }, ...json(body) });
  return {
    token,
    async vpc(method, path, { body, headers = {}, version = NEW_VERSION } = {}) {
      const url = new URL(`${cloud.plainEndpoints.vpc(region)}${path}`);
      url.searchParams.set('version', version);
      url.searchParams.set('generation', '2');
      return call(url, { method, headers: { authorization, ...headers }, ...json(body) });
    },
    tagging: async (method, path, body) => at(cloud.plainEndpoints.tagging, method, path, body),
    at,
  };
}

export async function fetchToken(cloud: Cloud, apiKey: string): Promise<Reply> {
  return call(new URL(`${cloud.plainEndpoints.iam}/identity/token`), {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: apiKey }),
  });
}

function json(body: unknown): { body?: string } {
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

async function call(url: URL, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}
