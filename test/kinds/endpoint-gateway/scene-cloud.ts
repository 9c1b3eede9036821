/** The simulated cloud with time standing still, and the operator's accounts in it. */
import { Agent } from 'node:https';

import { Accounts } from '../../../src/cloud/accounts.ts';
import { resolveEndpoints } from '../../../src/cloud/endpoints.ts';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';

export async function startSceneCloud(): Promise<Cloud> {
  const cloud = await startCloud({ settings: { lockHoldMs: 0, tokenLifetimeMs: 10 ** 10 } });
  cloud.control.clock.freeze();
  return cloud;
}

/** As the program opens it: nothing is known of the account yet. */
export function openAccount(cloud: Cloud, name: string, apiKeyFile: string): Accounts {
  const { plainEndpoints } = cloud;
  const endpoints = resolveEndpoints({
    overrides: {
      IBMCLOUD_IS_NG_API_ENDPOINT: plainEndpoints.vpc('us-south'),
      IBMCLOUD_IAM_API_ENDPOINT: plainEndpoints.iam,
      IBMCLOUD_GT_API_ENDPOINT: plainEndpoints.tagging,
    },
    allowedHosts: ['127.0.0.1'],
  });
  const budget = { callsPerSecond: 1e6, burst: 1e6 };
  return new Accounts([{ name, auth: { apiKeyFile }, allowedNamespaces: ['default'], budget }], {
    clock: cloud.control.clock,
    endpoints,
    httpsAgent: new Agent(),
    userAgent: 'vpe-operator/0.0.0 (test)',
    timeoutMs: 30_000,
    onCall: () => {},
    signal: new AbortController().signal,
  });
}
