/** The entry: command line and exit code. Everything else is the operator's and the commands'. */
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { CloudError } from './cloud/errors.ts';
import { commandLine } from './commands/command-line.ts';
import { type CommandResult, exitCodes, UsageError } from './commands/exit-codes.ts';
import { planCommand } from './commands/plan-command.ts';
import type { CommandSurroundings } from './commands/surroundings.ts';
import { targetsCommand } from './commands/targets-command.ts';
import { ConfigError } from './config.ts';
import { KubeError } from './kube/errors.ts';
import { systemClock } from './lib/clock.ts';
import { systemNetwork } from './lib/network.ts';
import { loadKubeConfig, operate } from './operate.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** `-` is standard input. */
function readText(path: string): string {
  return readFileSync(path === '-' ? process.stdin.fd : path, 'utf8');
}

const around: CommandSurroundings = {
  clock: systemClock,
  network: systemNetwork,
  version,
  loadKubeConfig,
  readFile: readText,
};

function tell({ output, notes = [], exitCode }: CommandResult): void {
  notes.forEach(complain);
  process.stdout.write(output);
  process.exitCode = exitCode;
}

function complain(message: string): void {
  process.stderr.write(`vpe-operator: ${message}\n`);
}

const program = commandLine(version, {
  operate: async (configPath) => operate(configPath, { version, network: systemNetwork }),
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
