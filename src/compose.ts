/** Puts the parts of the program together from its configuration. */
import { Agent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { Accounts } from './cloud/accounts.ts';
import { resolveEndpoints } from './cloud/endpoints.ts';
import type { Config } from './config.ts';
import { ChangeBudget } from './controller/change-budget.ts';
import { Controller, type ControllerDeps } from './controller/controller.ts';
import { kinds } from './kinds/index.ts';
import type { Clock } from './lib/clock.ts';
import type { Metrics } from './lib/metrics.ts';

export interface AccountsSurroundings {
  readonly clock: Clock;
  /** The operator's own namespace, to which an account is open unless the configuration says otherwise. */
  readonly namespace: string;
  readonly userAgent: string;
  readonly metrics: Metrics;
  /** Ends shared listings when the program stops. */
  readonly signal: AbortSignal;
}

export function openAccounts(config: Config, around: AccountsSurroundings): Accounts {
  const { clock, namespace, userAgent, metrics, signal } = around;
  const accounts = config.accounts.map((account) => ({
    ...account,
    allowedNamespaces: account.allowedNamespaces ?? [namespace],
  }));
  const ca = config.caBundle === undefined ? undefined : [...getCACertificates(), config.caBundle];
  return new Accounts(accounts, {
    clock,
    endpoints: resolveEndpoints(config.endpoints),
    // Only with a timeout does the pool end idle connections before servers do (Node.js 24, http.Agent).
    httpsAgent: new Agent({ keepAlive: true, timeout: 30_000, ...(ca !== undefined && { ca }) }),
    userAgent,
    timeoutMs: config.timeoutMs,
    onCall: ({ service, operation, status }) => {
      metrics.cloudCalls.inc({ service, operation, status: String(status) });
    },
    signal,
  });
}

type Configured = Pick<
  ControllerDeps,
  'watchNamespaces' | 'workers' | 'timings' | 'dryRun' | 'takeOverFrom' | 'budget'
>;

/** One controller for each kind of the registry. */
export function createControllers(
  config: Config,
  metrics: Metrics,
  deps: Omit<ControllerDeps, keyof Configured | 'kind' | 'onPass'>,
): readonly Controller[] {
  const { watchNamespaces, workers, timings, dryRun, takeOverFrom } = config;
  const budget = new ChangeBudget(deps.clock, config.changeBudget);
  const configured: Configured = { watchNamespaces, workers, timings, dryRun, takeOverFrom, budget };
  return kinds.map((kind) => {
    const name = kind.type.kind;
    const onPass: ControllerDeps['onPass'] = (outcome) => metrics.passes.inc({ kind: name, outcome });
    const controller = new Controller({ ...deps, ...configured, kind, onPass });
    const { queue } = controller;
    metrics.observeQueue(name, () => ({ depth: queue.length, oldestWaitMs: queue.oldestWaitMs() }));
    return controller;
  });
}
