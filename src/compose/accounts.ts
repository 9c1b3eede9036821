/** Opens the accounts of the configuration. */
import { Accounts } from '../cloud/accounts.ts';
import { resolveEndpoints } from '../cloud/endpoints.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Network } from '../lib/network.ts';
import { authoritiesOf } from './authorities.ts';

export interface AccountsSurroundings {
  readonly clock: Clock;
  readonly network: Network;
  /** The operator's own namespace, to which an account is open unless the configuration says otherwise. */
  readonly namespace: string;
  readonly userAgent: string;
  readonly metrics: Metrics;
  /** Ends shared listings when the program stops. */
  readonly signal: AbortSignal;
}

export function openAccounts(config: Config, around: AccountsSurroundings): Accounts {
  const { clock, network, namespace, userAgent, metrics, signal } = around;
  const accounts = config.accounts.map((account) => ({
    ...account,
    allowedNamespaces: account.allowedNamespaces ?? [namespace],
  }));
  return new Accounts(accounts, {
    clock,
    endpoints: resolveEndpoints(config.endpoints),
    network,
    ca: authoritiesOf(config),
    userAgent,
    timeoutMs: config.timeoutMs,
    onCall: ({ service, operation, status }) => {
      metrics.cloudCalls.inc({ service, operation, status: String(status) });
    },
    signal,
  });
}
