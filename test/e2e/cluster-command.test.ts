import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { isAlive, lookUpProcess, type ProcessIdentity } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(firstStartMs);

const main = join('test', 'cluster', 'main.ts');

let folder: string;
let environment: NodeJS.ProcessEnv;
let up: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cluster-command-'));
  environment = { ...process.env, XDG_RUNTIME_DIR: folder };
});

afterEach(() => {
  up?.kill('SIGKILL');
  up = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one command to its end, as another terminal would. */
async function command(name: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const options = { env: environment };
  try {
    return { ...(await promisify(execFile)(process.execPath, [main, name], options)), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

/** Starts `up` in a session of its own and returns the two lines that it prints when ready. */
async function startUp(program: string, parameters: readonly string[]): Promise<string[]> {
  const child = spawn(program, parameters, {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  up = child;
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === 2) {
      break;
    }
  }
  return lines;
}

const withNode = async (): Promise<string[]> => startUp(process.execPath, [main, 'up']);
const withNpm = async (): Promise<string[]> => startUp('npm', ['run', '--silent', 'cluster', '--', 'up']);

/** All that lives in the session that `up` leads; elsewhere than on Linux ps lists process groups only. */
async function session(): Promise<ProcessIdentity[]> {
  const column = process.platform === 'linux' ? 'sid=' : 'pgid=';
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=', '-o', column]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.flatMap(([pid, leader]) => (leader === up?.pid ? (lookUpProcess(Number(pid)) ?? []) : []));
}

async function exitCode(child: ChildProcess | undefined): Promise<number | null | undefined> {
  if (child === undefined || child.exitCode !== null) {
    return child?.exitCode;
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('npm run cluster', () => {
  it('prints what a shell needs, again with env, and ends with down', async () => {
    const lines = await withNode();
    expect(lines).toEqual([
      expect.stringMatching(/^export KUBECONFIG=\/.+\.kubeconfig$/),
      expect.stringMatching(/^export PATH=\/.+\/bin:"\$PATH"$/),
    ]);
    const env = await command('env');
    expect(env).toMatchObject({ stdout: `${lines.join('\n')}\n`, code: 0 });
    const shell = `${env.stdout} kubectl get --raw /readyz && helm list --short`;
    expect((await promisify(execFile)('sh', ['-ec', shell], { env: environment })).stdout).toBe('ok');

    const processes = await session();
    expect(processes).toHaveLength(4);
    expect(await command('down')).toMatchObject({ stdout: '', code: 0 });
    expect(processes.filter(isAlive)).toEqual([]);
    expect(await exitCode(up)).toBe(0);
    expect(readdirSync(folder).flatMap((name) => readdirSync(join(folder, name)))).toEqual([]);
  });

  it('runs once per user, and says what to do instead', async () => {
    await withNode();
    expect(await command('up')).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/already runs: use it with "npm run cluster -- env", or end it with/),
      code: 1,
    });
    expect(await command('env')).toMatchObject({ code: 0 });
  });

  it('ends in order on Ctrl-C, which reaches all of its processes at once', async () => {
    await withNode();
    process.kill(-Number(up?.pid), 'SIGINT');
    expect(await exitCode(up)).toBe(0);
    expect(await session()).toEqual([]);
    expect(await command('env')).toMatchObject({ code: 1 });
  });

  it.each(['env', 'down'])('%s says when nothing runs', async (name) => {
    expect(await command(name)).toMatchObject({
      stdout: '',
      stderr: 'control plane: no control plane runs: start one with "npm run cluster -- up"\n',
      code: 1,
    });
  });

  it.each([
    ['its node process', withNode],
    ['the npm that runs it', withNpm],
  ])('leaves nothing alive when %s is killed', async (_what, start) => {
    const [kubeconfig] = await start();
    const processes = await session();
    expect(processes.length).toBeGreaterThanOrEqual(4);
    up?.kill('SIGKILL');
    await until(async () => (await session()).length === 0, { what: 'its session is empty' });
    expect(processes.filter(isAlive)).toEqual([]);
    const path = String(kubeconfig).replace('export KUBECONFIG=', '');
    await until(() => !existsSync(dirname(path)), { what: 'its folder is gone' });
    expect(await command('env')).toMatchObject({ code: 1 });
  });

  it('can be started again after it was killed', async () => {
    await withNode();
    up?.kill('SIGKILL');
    await exitCode(up);
    expect(await withNode()).toHaveLength(2);
    expect(await command('down')).toMatchObject({ code: 0 });
  });
});
