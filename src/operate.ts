/** The operator as a process: configuration, access to the cluster, signals. What runs in it is `run`'s. */
import { randomUUID } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import { ConfigError, loadConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import type { Network } from './lib/network.ts';
import { createLog } from './log.ts';
import { run } from './run.ts';

export interface Program {
  readonly version: string;
  /** The place in the network where the operator is. */
  readonly network: Network;
}

/** Sets the process's exit code. Throws ConfigError. */
export async function operate(configPath: string | undefined, { version, network }: Program): Promise<void> {
  const config = loadConfig(configPath);
  const log = createLog(config.logLevel);
  const kubeConfig = loadKubeConfig();
  const namespace = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default';
  const identity = `${config.podName}_${randomUUID()}`;
  const ambient = { kubeConfig, clock: systemClock, network, random: Math.random, log };
  try {
    const ending = await run(config, { ...ambient, version, identity, namespace }, stopSignal(log));
    process.exitCode = ending === 'stopped' ? 0 : 1;
  } catch (error) {
    log.fatal({ err: error }, 'the operator cannot go on');
    process.exitCode = 1;
  }
}

/** Signals after the first are ignored: npm and a shell often deliver two, and the second must not cut the drain. */
function stopSignal(log: Logger): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      log.info({ signal: name }, 'stopping');
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  return stop.signal;
}

/** Of the cluster around the process, or of KUBECONFIG. Throws ConfigError. */
export function loadKubeConfig(): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromDefault();
  } catch (cause) {
    throw new ConfigError(`no access to Kubernetes: ${(cause as Error).message}`);
  }
  return kubeConfig;
}
