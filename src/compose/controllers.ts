/** Makes the controllers of the registry's kinds by the configuration. */
import type { Config } from '../config.ts';
import { ChangeBudget } from '../controller/change-budget.ts';
import { Controller, type ControllerDeps } from '../controller/controller.ts';
import { kinds } from '../kinds/index.ts';
import type { Metrics } from '../lib/metrics.ts';

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
