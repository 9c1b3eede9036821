/** One account of a simulated cloud, opened as the operator opens it, with everything its calls leave behind. */
import { systemNetwork } from '../../src/lib/network.ts';
import { Accounts, type AccountsDeps, type Session } from '../../src/cloud/accounts.ts';
import type { AccountAuth } from '../../src/cloud/auth.ts';
import type { BudgetOptions } from '../../src/lib/budget.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import type { CallContext, CallRecord } from '../../src/cloud/http.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { distinctTarget } from '../cloud/fixture.ts';

export const never: AbortSignal = new AbortController().signal;
export const background: CallContext = { signal: never, priority: 'background' };

export const plenty: BudgetOptions = { callsPerSecond: 1000, burst: 1000 };

export interface OpenOptions {
  /** The local clock of the clients; the system's when absent. */
  readonly clock?: Clock;
  readonly auth?: AccountAuth;
  readonly timeoutMs?: number;
  readonly budget?: BudgetOptions;
  readonly endpoints?: Partial<AccountsDeps['endpoints']>;
}

export interface OpenAccount {
  readonly accounts: Accounts;
  /** Every exchange, in order, as `service operation status`. */
  readonly calls: readonly string[];
  session(signal?: AbortSignal): Promise<Session>;
}

export const userAgent = 'vpe-operator/0.0.0 (test)';

/** The cloud's services, as the operator's configuration would name them. */
export function endpointsOf({ endpoints: { metadata, ...others } }: Cloud): AccountsDeps['endpoints'] {
  return {
    ...others,
    metadata: () => metadata,
    brokers: () => [others.hpcsBroker],
    ofInstance: () => undefined,
    keyURL: (url) => url,
    called: [],
  };
}

/** Account `default`, open to namespace `team`. */
export async function openAccount(cloud: Cloud, options: OpenOptions = {}): Promise<OpenAccount> {
  const calls: string[] = [];
  const account = {
    name: 'default',
    auth: options.auth ?? { apiKeyFile: await cloud.apiKeyFile('default') },
    allowedNamespaces: ['team'],
    budget: options.budget ?? plenty,
  };
  const accounts = new Accounts([account], {
    clock: options.clock ?? systemClock,
    endpoints: { ...endpointsOf(cloud), ...options.endpoints },
    network: systemNetwork,
    ca: [cloud.caPem],
    userAgent,
    timeoutMs: options.timeoutMs ?? 20_000,
    onCall: ({ service, operation, status }: CallRecord) => {
      calls.push(`${service} ${operation} ${status}`);
    },
    signal: never,
  });
  return {
    accounts,
    calls,
    session: async (signal = never) => accounts.session('default', 'us-south', signal),
  };
}

/** Another cloud service each time, whose names never overlap. */
export function serviceTarget(index: number): {
  readonly crn: string;
  readonly resource_type: 'provider_cloud_service';
} {
  return distinctTarget(index) as ReturnType<typeof serviceTarget>;
}

/** What the promise rejects with, which has to be a CloudError. */
export async function cloudErrorOf(work: Promise<unknown>): Promise<CloudError> {
  const error: unknown = await work.then(
    (value) => new Error(`it succeeded: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) {
    throw new Error('not a CloudError', { cause: error });
  }
  return error;
}
