/** The built operator's commands, as a person runs them: `node dist/main.js plan`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { repositoryPath } from '../lib/repository.ts';

export interface CommandOptions {
  /** Path of the configuration file. */
  readonly config: string;
  readonly kubeconfig?: string;
  /** Written to standard input, for `-f -`. */
  readonly input?: string;
}

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(
  args: readonly string[],
  { config, kubeconfig, input = '' }: CommandOptions,
): Promise<CommandRun> {
  const child = spawn(process.execPath, [repositoryPath('dist', 'main.js'), ...args], {
    env: {
      PATH: process.env['PATH'],
      VPE_OPERATOR_CONFIG: config,
      ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }),
    },
  });
  // One that refuses its arguments may have ended before it reads.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
