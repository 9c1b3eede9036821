/** `kubectl` as a person runs it. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

import type { ControlPlane } from '../cluster/control-plane.ts';

export interface KubectlOptions {
  /** Written to standard input, for `-f -`. */
  readonly input?: string;
  /** Path of a kubeconfig other than the admin's. */
  readonly kubeconfig?: string;
}

/** Standard output; rejects with standard error as the message when kubectl fails. */
export async function kubectl(
  plane: Pick<ControlPlane, 'bin' | 'kubeconfig'>,
  args: readonly string[],
  { input, kubeconfig = plane.kubeconfig }: KubectlOptions = {},
): Promise<string> {
  // What kubectl remembers of another API server that once had this port would be wrong here.
  const env = { ...process.env, KUBECACHEDIR: join(dirname(plane.kubeconfig), 'kubectl-cache') };
  return new Promise((resolve, reject) => {
    const child = execFile(
      join(plane.bin, 'kubectl'),
      ['--kubeconfig', kubeconfig, ...args],
      { maxBuffer: 64 * 1024 * 1024, env },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
        } else {
          reject(new Error(stderr.trim() || error.message, { cause: error }));
        }
      },
    );
    // One that wants no input may have ended before it could be told that there is none.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}
