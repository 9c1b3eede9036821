/** The built operator as a process of its own, as it runs in a Pod: `node dist/main.js`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

import { repositoryPath } from '../lib/repository.ts';
import { tetherFolder, tetherProcess } from '../lib/tether.ts';

export interface OperatorOptions {
  readonly kubeconfig: string;
  /** The configuration file's content. */
  readonly config: object;
  readonly logLevel?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface OperatorProcess {
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>;
  /** Everything that it wrote to standard output and error so far. */
  output(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, wait, and remove what was written for it. */
  stop(): Promise<Ended>;
}

export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'vpe-operator-'));
  const untether = tetherFolder(folder);
  const configFile = join(folder, 'config.yaml');
  const logFile = join(folder, 'operator.log');
  await writeFile(configFile, stringify(options.config));
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [repositoryPath('dist', 'main.js'), '--config', configFile], {
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], KUBECONFIG: options.kubeconfig, LOG_LEVEL: options.logLevel ?? 'info' },
  });
  closeSync(log);
  tetherProcess(child);
  const ended: Promise<Ended> = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    ended,
    output: async () => readFile(logFile, 'utf8'),
    kill: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      const how = await ended;
      await rm(folder, { recursive: true, force: true });
      untether();
      return how;
    },
  };
}
