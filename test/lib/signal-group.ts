import type { ChildProcess } from 'node:child_process';

/** Signals the process group that `child`, spawned `detached`, leads; does nothing once the group has ended. */
export function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended: ESRCH, or on macOS EPERM while only zombies are left of it.
  }
}
