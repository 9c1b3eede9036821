/** The entry: command line, signals, exit code. Everything else is `run`'s. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { ConfigError, loadConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { createLog } from './log.ts';
import { run } from './run.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function operate(configPath: string | undefined): Promise<void> {
  const config = loadConfig(configPath);
  const log = createLog(config.logLevel);
  const kubeConfig = loadKubeConfig();
  const namespace = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default';
  const identity = `${config.podName}_${randomUUID()}`;
  const around = { kubeConfig, clock: systemClock, random: Math.random, log, version, identity, namespace };
  try {
    const ending = await run(config, around, stopSignal(log));
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

function loadKubeConfig(): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromDefault();
  } catch (cause) {
    throw new ConfigError(`no access to Kubernetes: ${(cause as Error).message}`);
  }
  return kubeConfig;
}

const program = new Command('vpe-operator')
  .description("Keeps an IBM Cloud account's private connectivity as Kubernetes objects.")
  .version(version)
  .option('--config <path>', 'configuration file (default: $VPE_OPERATOR_CONFIG)')
  .action(async ({ config }: { config?: string }) => operate(config));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) {
    throw error;
  }
  process.stderr.write(`vpe-operator: ${error.message}\n`);
  process.exitCode = 2;
}
