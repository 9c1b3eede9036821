import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { startDaemon, untilReady, type Daemon } from './daemon.ts';

// Every wait has a deadline of its own.
jest.setTimeout(60_000);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function shell(script: string): Promise<Daemon> {
  return startDaemon({ name: 'sh', program: '/bin/sh', flags: ['-c', script], logFile: join(folder, 'log') });
}

describe('a daemon', () => {
  it('that ends at its start is an error with its last output', async () => {
    const daemon = await shell(
      'for line in 1 2 3 4 5 6 7 8 9; do echo line $line; done; echo why >&2; exit 1',
    );
    const ready = untilReady(daemon, async () => false, undefined);
    await expect(ready).rejects.toThrow(/^sh did not start; its last output:\nline 3\n[^]*line 9\nwhy$/);
  });

  it('is ended when its start is given up', async () => {
    const daemon = await shell('exec sleep 600');
    const giveUp = new AbortController();
    const ready = untilReady(daemon, async () => false, giveUp.signal);
    giveUp.abort(new Error('enough'));
    await expect(ready).rejects.toThrow('enough');
    expect(daemon.hasEnded()).toBe(true);
  });

  it('is ended by stop even when it does not listen', async () => {
    const daemon = await shell("trap '' TERM; echo ready; while true; do sleep 0.1; done");
    await untilReady(daemon, async () => (await daemon.lastOutput()) === 'ready', undefined);
    await daemon.stop();
    await daemon.ended;
    expect(daemon.hasEnded()).toBe(true);
  });

  it('that cannot be run is such an error, too', async () => {
    const daemon = await startDaemon({
      name: 'x',
      program: '/nowhere/x',
      flags: [],
      logFile: join(folder, 'log'),
    });
    const ready = untilReady(daemon, async () => false, undefined);
    await expect(ready).rejects.toThrow(/^x did not start; its last output:\n.*\/nowhere\/x/);
  });
});
