/** The simulated cloud with time standing still, and the operator's accounts in it. */

import { type Network, systemNetwork } from '../../../src/lib/network.ts';
import { type AccountOptions, Accounts } from '../../../src/cloud/accounts.ts';
import { resolveEndpoints } from '../../../src/cloud/endpoints.ts';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import { overridesOf } from '../../cloud/operator-config.ts';

export async function startSceneCloud(): Promise<Cloud> {
  const cloud = await startCloud({ settings: { lockHoldMs: 0, tokenLifetimeMs: 10 ** 10 } });
  cloud.control.clock.freeze();
  return cloud;
}

/**
 * As the program opens it, wherever it is in the network: nothing is known of the account yet. Without a budget to speak
 * of, unless one is given.
 */
export function openAccount(
  cloud: Cloud,
  name: string,
  apiKeyFile: string,
  options: Partial<AccountOptions> = {},
  network: Network = systemNetwork,
): Accounts {
  const { plainEndpoints } = cloud;
  const endpoints = resolveEndpoints({
    overrides: overridesOf(plainEndpoints),
    allowedHosts: ['127.0.0.1'],
  });
  const budget = { callsPerSecond: 1e6, burst: 1e6 };
  const account = { name, auth: { apiKeyFile }, allowedNamespaces: ['default'], budget, ...options };
  return new Accounts([account], {
    clock: cloud.control.clock,
    endpoints,
    network,
    ca: [cloud.caPem],
    userAgent: 'vpe-operator/0.0.0 (test)',
    timeoutMs: 30_000,
    onCall: () => {},
    signal: new AbortController().signal,
  });
}
