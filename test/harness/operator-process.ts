/**
 * The built operator as a process of its own, as it runs in a Pod: `node dist/main.js`; or the same at a place in a
 * simulated network.
 */
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

import type { SideConfig } from '../cloud/network/caller.ts';
import { repositoryPath } from '../lib/repository.ts';
import { makeTetheredFolder, spawnTethered } from '../lib/tether.ts';
import { until } from '../lib/until.ts';

export interface OperatorOptions {
  readonly kubeconfig: string;
  /** The configuration file's content. */
  readonly config: object;
  readonly logLevel?: string;
  /** The folder whose `dist/main.js` is started; this repository when absent. */
  readonly root?: string;
  /** Where it is in a simulated network; on this machine when absent. */
  readonly side?: SideConfig;
  /** A folder in which compiled code is kept, for whoever starts many. */
  readonly compileCache?: string;
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
  /** Waits until it has said this. */
  untilSaid(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, wait, and remove what was written for it. May be called again, and when it has ended. */
  stop(): Promise<Ended>;
}

export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-'));
  const configFile = join(folder.path, 'config.yaml');
  const logFile = join(folder.path, 'operator.log');
  await writeFile(configFile, stringify(options.config));
  const log = openSync(logFile, 'a');
  const child = spawnTethered(process.execPath, programOf(options, configFile), {
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'],
      KUBECONFIG: options.kubeconfig,
      LOG_LEVEL: options.logLevel ?? 'info',
      ...(options.compileCache !== undefined && { NODE_COMPILE_CACHE: options.compileCache }),
    },
  });
  closeSync(log);
  const ended: Promise<Ended> = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  await once(child, 'spawn');
  let said: string | undefined;
  const output = async (): Promise<string> => said ?? readFile(logFile, 'utf8');
  return {
    pid: child.pid ?? 0,
    ended,
    output,
    async untilSaid(text) {
      await until(async () => (await output()).includes(text), { what: `the operator says ${text}` });
    },
    kill: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      const how = await ended;
      said ??= await output();
      await folder.remove();
      return how;
    },
  };
}

function programOf(
  { root = repositoryPath(), side }: OperatorOptions,
  configFile: string,
): readonly string[] {
  const built = join(root, 'dist');
  return side === undefined
    ? [join(built, 'main.js'), '--config', configFile]
    : [repositoryPath('test', 'harness', 'placed-operator.ts'), built, JSON.stringify(side), configFile];
}
