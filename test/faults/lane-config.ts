/** How the operators of a lane are configured: through their proxies, for their namespace, with short pauses. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

import { operatorConfig, overridesOf } from '../cloud/operator-config.ts';
import { operatorAccount } from '../harness/install.ts';
import type { Lane, LaneOptions } from './lane.ts';
import { endpointsBehind } from './services.ts';

/** A pass is due soon after the one before, always later than half of `changing` (what a listing may be old). */
const timings = {
  changing: { base: '60ms', max: '60ms' },
  slow: { base: '100ms', max: '200ms' },
  retry: { base: '50ms', max: '400ms' },
  terminal: { base: '300ms', max: '600ms' },
  driftCheck: '24h',
} as const;

/** No renewal falls into a script by chance. */
const longLease = { leaseDuration: '600s', renewDeadline: '500s', retryPeriod: '300s' } as const;

/** `url` is the proxy in front of the cloud. */
export async function operatorConfigOf(lane: Lane, url: string, options: LaneOptions): Promise<object> {
  const { accounts, endpoints, http } = await operatorConfig(lane.cloud);
  const { namespace, clusterID, leaseName, rig } = lane;
  return {
    accounts: accounts.map((account) => ({ ...account, budget: { callsPerSecond: 500, burst: 500 } })),
    endpoints: {
      ...endpoints,
      overrides: overridesOf({ ...lane.cloud.endpoints, ...endpointsBehind(url) }),
      caBundleFile: options.side === undefined ? rig.caFile : await writeTrust(lane),
      timeout: options.callTimeout ?? '10s',
    },
    http,
    clusterID,
    watchNamespaces: [namespace],
    leaderElection: { leaseName, ...longLease, ...options.leaderElection },
    timings: { ...timings, ...options.timings },
  };
}

/** The authority of the proxies, and that of the cloud, whose services are called by their own names. */
async function writeTrust({ rig, id, cloud }: Lane): Promise<string> {
  const path = join(rig.folder, `${id}-ca.pem`);
  await writeFile(path, [rig.certificates.caPem, cloud.caPem].join('\n'));
  return path;
}

/** `url` is the proxy in front of the API server. Returns the path. */
export async function writeKubeconfig({ rig, id }: Lane, replica: number, url: string): Promise<string> {
  const name = 'lane';
  const caData = Buffer.from(rig.certificates.caPem).toString('base64');
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server: url, caData, skipTLSVerify: false }],
    users: [{ name, token: rig.operatorToken }],
    contexts: [{ name, cluster: name, user: name, namespace: operatorAccount.namespace }],
    currentContext: name,
  });
  const path = join(rig.folder, `${id}-${replica}.kubeconfig`);
  await writeFile(path, config.exportConfig(), { mode: 0o600 });
  return path;
}

/** The file that holds the operator's API key is changed, as a Secret is that somebody points elsewhere. */
export async function useApiKeyOf({ cloud }: Lane, account: string): Promise<void> {
  await writeFile(await cloud.apiKeyFile('default'), cloud.control.seed.apiKey(account));
}
