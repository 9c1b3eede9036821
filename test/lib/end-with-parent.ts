/**
 * Ends a command line program when the `npm` that runs it dies. npm passes SIGTERM on, but a SIGKILL of npm
 * reaches nobody: without this the program would go on with nobody to stop it.
 */
import { isAlive, lookUpProcess, type ProcessIdentity } from './process-table.ts';

const pollMs = 250;
const shells = new Set(['sh', 'dash', 'bash', 'ash', 'zsh']);

/**
 * Sends this process SIGTERM, so that its own handlers end it in order, once the program that started it is
 * gone. Only under npm: a program started from a shell may well be meant to outlive that shell.
 */
export function endWithParent(): void {
  if (process.env['npm_lifecycle_event'] === undefined) {
    return;
  }
  const ancestors = startedBy();
  const timer = setInterval(() => {
    if (process.ppid !== ancestors[0]?.pid || !ancestors.every(isAlive)) {
      clearInterval(timer);
      process.kill(process.pid, 'SIGTERM');
    }
  }, pollMs);
  timer.unref();
}

/** The parent; and when that is the shell between npm and its script, which outlives npm, npm as well. */
function startedBy(): ProcessIdentity[] {
  const parent = lookUpProcess(process.ppid);
  if (parent === undefined || !shells.has(parent.command)) {
    return parent === undefined ? [] : [parent];
  }
  const npm = lookUpProcess(parent.parentPid);
  return npm === undefined ? [parent] : [parent, npm];
}
