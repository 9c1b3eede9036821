/**
 * The watchdog process of `tether.ts`. It reads orders from its standard input; when that ends, its owner is
 * dead: it kills what is registered, and removes the registered folders once nothing can write there again.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { isAlive, type ProcessIdentity } from './process-table.ts';
import type { TetherOrder } from './tether.ts';

interface TetheredProcess {
  readonly process: ProcessIdentity;
  readonly group: boolean;
}

const processes = new Map<number, TetheredProcess>();
const folders = new Set<string>();

function obey(order: TetherOrder): void {
  if ('release' in order) {
    if (order.release === 'process') {
      processes.delete(order.pid);
    } else {
      folders.delete(order.path);
    }
  } else if (order.tether === 'process') {
    processes.set(order.process.pid, order);
  } else {
    folders.add(order.path);
  }
}

function kill({ process: target, group }: TetheredProcess): void {
  if (!isAlive(target)) {
    return;
  }
  try {
    process.kill(group ? -target.pid : target.pid, 'SIGKILL');
  } catch {
    // It ended between the look and the signal.
  }
}

async function allGone(deadlineMs: number): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline && [...processes.values()].some(({ process: target }) => isAlive(target))) {
    await delay(20);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  obey(JSON.parse(line) as TetherOrder);
}
for (const target of processes.values()) {
  kill(target);
}
await allGone(10_000);
for (const path of folders) {
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
