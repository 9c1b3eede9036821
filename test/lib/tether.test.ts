import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { isAlive, lookUpProcess, type ProcessEntry } from './process-table.ts';
import { spawnTethered } from './tether.ts';
import { until } from './until.ts';

// Every wait has a deadline of its own.
jest.setTimeout(60_000);

let folder: string;
let started: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tether-'));
  started = [];
});

afterEach(() => {
  for (const child of started) {
    child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});

const lib = (file: string): string => JSON.stringify(join(process.cwd(), 'test', 'lib', file));

type Starter = ChildProcess & { readonly stdout: Readable };

/** Starts a process of its own, since it is the death of the whole process that counts here. */
function start(command: string, ...parameters: string[]): Starter {
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'demo' },
  });
  started.push(child);
  return child;
}

async function firstLine({ stdout }: Starter): Promise<string> {
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return line;
}

function alive(pid: number): ProcessEntry {
  const entry = lookUpProcess(pid);
  if (entry === undefined) {
    throw new Error(`no process ${pid}`);
  }
  return entry;
}

async function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream);
}

/** The source of an owner that tethers a `sleep` and a folder, does `then`, and prints the sleep's pid. */
function owner(path: string, then: string): string {
  return `
    import { spawnTethered, tetherFolder } from ${lib('tether.ts')};
    const child = spawnTethered('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore'] });
    const untether = tetherFolder(${JSON.stringify(path)});
    ${then}
    console.log(child.pid);`;
}

describe('what is tethered', () => {
  it.each([
    ['is killed', 'SIGKILL'],
    ['ends on a signal', 'SIGTERM'],
  ] as const)('is gone soon after its owner %s', async (_how, signal) => {
    const path = join(folder, 'data');
    mkdirSync(path);
    writeFileSync(join(path, 'file'), '');
    const child = start(process.execPath, '--input-type=module', '-e', owner(path, ''));
    const sleeper = alive(Number(await firstLine(child)));
    child.kill(signal);
    await until(() => !isAlive(sleeper), { what: 'the tethered process is gone' });
    expect(await until(() => !existsSync(path), { what: 'the tethered folder is gone' })).toBe(true);
  });

  it('is gone even when its owner is killed at once', async () => {
    const prefix = join(folder, 'made-');
    const killed = `
      import { spawnTethered, makeTetheredFolder } from ${lib('tether.ts')};
      import { writeSync } from 'node:fs';
      void makeTetheredFolder(${JSON.stringify(prefix)});
      const child = spawnTethered('sleep', ['600'], { detached: true, stdio: ['ignore', 'ignore', 'ignore'] });
      writeSync(1, child.pid + '\\n');
      process.kill(process.pid, 'SIGKILL');`;
    const child = start(process.execPath, '--input-type=module', '-e', killed);
    const pid = Number(await firstLine(child));
    await until(() => lookUpProcess(pid) === undefined, { what: 'the tethered process is gone' });
    expect(await until(() => readdirSync(folder).length === 0, { what: 'the folder is gone' })).toBe(true);
  });

  it('is not started when there is no watchdog any more', async () => {
    const then = `
      import { execFileSync } from 'node:child_process';
      import { once } from 'node:events';
      import { until } from ${lib('until.ts')};
      const watchdog = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' })
        .split('\\n')
        .filter((line) => line.includes('tether-watchdog'))
        .map((line) => line.trim().split(/ +/).map(Number))
        .find(([parent]) => parent === process.pid)[1];
      process.kill(watchdog, 'SIGKILL');
      // A zombie may have threads that still hold the pipe; once it is reaped there are none.
      const isReaped = () => {
        try {
          return process.kill(watchdog, 0) && false;
        } catch {
          return true;
        }
      };
      await until(isReaped, { what: 'the watchdog is gone' });
      const late = spawnTethered('touch', [${JSON.stringify(join(folder, 'late'))}], {
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      process.removeAllListeners('warning');
      const [code] = await once(late, 'exit');
      child.kill();
      console.log(code);`;
    const child = start(process.execPath, '--input-type=module', '-e', owner(join(folder, 'data'), then));
    expect(await firstLine(child)).toBe('1');
    expect(existsSync(join(folder, 'late'))).toBe(false);
  });

  it('is an ordinary child otherwise', async () => {
    const script = 'cat; echo "$0 $1" >&2; exit 3';
    const child = spawnTethered('sh', ['-c', script, 'a b', '"c"'], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.end('in');
    const outputs = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')]);
    expect(outputs).toEqual(['in', 'a b "c"\n', [3, null]]);
  });

  it('outlives the owner once it is released', async () => {
    const [kept, removed] = [join(folder, 'kept'), join(folder, 'removed')];
    mkdirSync(kept);
    mkdirSync(removed);
    const then = `untether(); tetherFolder(${JSON.stringify(removed)});`;
    const child = start(process.execPath, '--input-type=module', '-e', owner(kept, then));
    await firstLine(child);
    child.kill('SIGKILL');
    // Folders go in the order in which they were tethered: it would have been the turn of the first one.
    await until(() => !existsSync(removed), { what: 'the folder that stayed tethered is gone' });
    expect(existsSync(kept)).toBe(true);
  });

  it('does not keep its owner from ending', async () => {
    const then = "child.kill(); await new Promise((resolve) => child.once('exit', resolve));";
    const child = start(process.execPath, '--input-type=module', '-e', owner(folder, then));
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});

/** Stands for npm, which starts its scripts through a shell that outlives it. */
function npm(shellCommand: string): string {
  return `
    import { spawn } from 'node:child_process';
    spawn('sh', ['-c', ${JSON.stringify(shellCommand)}], { stdio: 'inherit' });`;
}

describe('a program that ends with its parent', () => {
  const program = `
    import { endWithParent } from ${lib('end-with-parent.ts')};
    process.on('SIGTERM', () => { console.log('ended in order'); process.exit(0); });
    endWithParent();
    console.log(process.pid);
    setInterval(() => undefined, 60_000);`;

  it.each([
    ['directly below npm', 'exec'],
    ['below the shell that npm starts', 'true &&'],
  ])('ends in order, %s', async (_where, prefix) => {
    const file = join(folder, 'program.ts');
    writeFileSync(file, program);
    const command = `${prefix} ${JSON.stringify(process.execPath)} ${JSON.stringify(file)}; true`;
    const parent = start(process.execPath, '--input-type=module', '-e', npm(command));
    const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
    const child = alive(Number((await lines.next()).value));
    parent.kill('SIGKILL');
    await until(() => !isAlive(child), { what: 'the program is gone' });
    expect((await lines.next()).value).toBe('ended in order');
  });
});

describe('the process table', () => {
  it('knows this process, and tells it from a later one with the same pid', () => {
    const self = alive(process.pid);
    expect(self.parentPid).toBe(process.ppid);
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, startTime: 'another' })).toBe(false);
  });

  it('knows nothing of a process that has ended', async () => {
    const child = start('true');
    const { pid } = child;
    await once(child, 'exit');
    expect(lookUpProcess(pid ?? 0)).toBeUndefined();
  });
});
