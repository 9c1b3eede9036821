/** The entry: command line, signals, exit code. Everything else is `run`'s and the commands'. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { CommanderError } from 'commander';
import type { Logger } from 'pino';
import { CloudError } from './cloud/errors.ts';
import { commandLine } from './commands/command-line.ts';
import { type CommandResult, exitCodes, UsageError } from './commands/exit-codes.ts';
import { planCommand } from './commands/plan-command.ts';
import type { CommandSurroundings } from './commands/surroundings.ts';
import { targetsCommand } from './commands/targets-command.ts';
import { ConfigError, loadConfig } from './config.ts';
import { KubeError } from './kube/errors.ts';
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

/** `-` is standard input. */
function readText(path: string): string {
  return readFileSync(path === '-' ? process.stdin.fd : path, 'utf8');
}

const around: CommandSurroundings = { clock: systemClock, version, loadKubeConfig, readFile: readText };

function tell({ output, notes = [], exitCode }: CommandResult): void {
  notes.forEach(complain);
  process.stdout.write(output);
  process.exitCode = exitCode;
}

function complain(message: string): void {
  process.stderr.write(`vpe-operator: ${message}\n`);
}

const program = commandLine(version, {
  operate,
  targets: async (options) => tell(await targetsCommand(options, around)),
  plan: async (options) => tell(await planCommand(options, around)),
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong, or printed the help that was asked for.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else if (error instanceof ConfigError || error instanceof UsageError) {
    complain(error.message);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof CloudError || error instanceof KubeError) {
    complain(error.message);
    process.exitCode = exitCodes.problem;
  } else {
    throw error;
  }
}
