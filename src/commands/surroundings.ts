/** What the commands are given by the entry, and what they have of the operator itself. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Accounts } from '../cloud/accounts.ts';
import { openAccounts } from '../compose/accounts.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Network } from '../lib/network.ts';
import { createMetrics } from '../lib/metrics.ts';

export interface CommandSurroundings {
  readonly clock: Clock;
  readonly network: Network;
  readonly version: string;
  /** Throws ConfigError when there is no access to a cluster. */
  readonly loadKubeConfig: () => KubeConfig;
  readonly readFile: (path: string) => string;
}

/** Deadlines of single calls bound a command; nobody ends it but by a signal to the process. */
export const noSignal = new AbortController().signal;

export function userAgentOf({ version }: CommandSurroundings, command: string): string {
  return `vpe-operator/${version} (${command})`;
}

/** The operator's accounts, with its credentials. */
export function accountsFor(
  config: Config,
  around: CommandSurroundings,
  { command, namespace }: { readonly command: string; readonly namespace: string },
): Accounts {
  const userAgent = userAgentOf(around, command);
  const metrics = createMetrics();
  const { clock, network } = around;
  return openAccounts(config, { clock, network, namespace, userAgent, metrics, signal: noSignal });
}
