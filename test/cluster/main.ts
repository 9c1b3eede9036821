/**
 * `npm run cluster -- up | down | env`: the local control plane for a person with a terminal. Standard
 * output carries only lines for a shell to evaluate; all else goes to standard error.
 */
import { Command } from 'commander';

import { endWithParent } from '../lib/end-with-parent.ts';
import { isAlive } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import {
  claimCluster,
  runningCluster,
  type ClusterEnvironment,
  type RunningCluster,
} from './running-cluster.ts';

const say = (line: string): boolean => process.stderr.write(`control plane: ${line}\n`);

async function up(): Promise<void> {
  const ending = endOnSignals();
  endWithParent();
  const claim = await claimCluster();
  try {
    const controlPlane = await startControlPlane({ onProgress: say, signal: ending });
    try {
      await claim.announce(controlPlane);
      process.stdout.write(exportLines(controlPlane));
      say('ready; Ctrl-C ends it, or "npm run cluster -- down" from another terminal');
      await untilEnding(controlPlane, ending);
    } finally {
      await controlPlane.stop();
    }
  } catch (error) {
    if (!ending.aborted) {
      throw error;
    }
  } finally {
    await claim.release();
  }
}

async function env(): Promise<void> {
  const { environment } = await requireRunning();
  if (environment === undefined) {
    throw new Error('the control plane is still starting: ask again when "up" has printed its lines');
  }
  process.stdout.write(exportLines(environment));
}

async function down(): Promise<void> {
  const running = await requireRunning();
  process.kill(running.process.pid, 'SIGTERM');
  await until(() => !isAlive(running.process), {
    what: `process ${running.process.pid}, which runs the control plane, ends`,
    deadlineMs: 60_000,
  });
}

async function requireRunning(): Promise<RunningCluster> {
  const running = await runningCluster();
  if (running === undefined) {
    throw new Error('no control plane runs: start one with "npm run cluster -- up"');
  }
  return running;
}

function endOnSignals(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => ending.abort());
  }
  return ending.signal;
}

/** Resolves when it is time to stop; throws when one of the programs ends by itself. */
async function untilEnding({ daemons }: ControlPlane, ending: AbortSignal): Promise<void> {
  const aborted = new Promise<undefined>((resolve) => {
    ending.addEventListener('abort', () => resolve(undefined), { once: true });
    if (ending.aborted) {
      resolve(undefined);
    }
  });
  const lost = await Promise.race([
    aborted,
    ...Object.values(daemons).map(async (daemon) => daemon.ended.then(() => daemon)),
  ]);
  if (lost !== undefined && !ending.aborted) {
    throw new Error(`${lost.name} has ended by itself; its last output:\n${await lost.lastOutput()}`);
  }
}

function exportLines({ kubeconfig, bin }: ClusterEnvironment): string {
  return `export KUBECONFIG=${shellQuote(kubeconfig)}\nexport PATH=${shellQuote(bin)}:"$PATH"\n`;
}

function shellQuote(text: string): string {
  return /^[\w/.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const program = new Command('npm run cluster --').description(
  'The local control plane: real etcd, kube-apiserver and kube-controller-manager, without nodes.',
);
program
  .command('up')
  .description('run it in the foreground; prints lines for your shell when ready')
  .action(up);
program.command('env').description('print those lines again').action(env);
program.command('down').description('end it from another terminal').action(down);

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
