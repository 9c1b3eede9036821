/** Tokens as the operator asks for them, once each time, with what the calls leave behind. */
import { Agent } from 'node:https';
import { type AccountAuth, tokenIssuer } from '../../src/cloud/auth.ts';
import type { AuthEdge } from '../../src/cloud/auth-exchange.ts';
import { CloudTime } from '../../src/cloud/cloud-time.ts';
import type { Endpoints } from '../../src/cloud/endpoints.ts';
import type { IssuedToken } from '../../src/cloud/token-cache.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { userAgent } from './open-account.ts';

export interface AskOptions extends Partial<AuthEdge> {
  readonly iam?: string;
  readonly metadata?: Endpoints['metadata'];
}

export interface TokenClient {
  /** Of the last request, each as `service operation status`. */
  readonly calls: readonly string[];
  ask(auth: AccountAuth, options?: AskOptions): Promise<IssuedToken>;
}

export function tokenClient(cloud: Cloud): TokenClient {
  const calls: string[] = [];
  return {
    calls,
    async ask(auth, { iam = cloud.endpoints.iam, metadata, ...changes } = {}) {
      calls.length = 0;
      const edge = {
        httpsAgent: new Agent({ ca: cloud.caPem }),
        userAgent,
        timeoutMs: 20_000,
        time: new CloudTime(systemClock),
        onCall: ({ service, operation, status }) => calls.push(`${service} ${operation} ${status}`),
        ...changes,
      } satisfies AuthEdge;
      const endpoints = { iam, metadata: metadata ?? (() => cloud.endpoints.metadata) };
      return tokenIssuer(auth, endpoints, edge).issue();
    },
  };
}
