/** `npm run demo` as a newcomer runs it, through npm: what it prints, and that nothing of it stays. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import type { DemoResult } from '../demo/result.ts';
import { type Descendant, descendantsOf, sessionOf } from '../harness/descendants.ts';
import { expectNoSecret } from '../lib/canary.ts';
import { isAlive } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(firstStartMs);

/** Where the demo puts its temporary files. */
let folder: string;
let npm: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(() => {
  npm?.kill('SIGKILL');
  npm = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** In a session of its own, so that what it started can be told from everything else. */
function startDemo(...flags: string[]): Demo {
  const child = spawn('npm', ['run', '--silent', 'demo', '--', '--json', ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  npm = child;
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended: once(child, 'close').then(([code]) => code as number | null),
    kill: (signal) => child.kill(signal),
  };
}

/** The story has begun: control plane, cloud and operator are running. */
async function untilMidRun(demo: Demo): Promise<readonly Descendant[]> {
  await until(() => demo.stderr().includes(' Updating '), {
    what: 'the first gateway is Updating',
    deadlineMs: firstStartMs,
    everyMs: 100,
  });
  return descendantsOf(demo.pid);
}

async function expectNothingLeft(demo: Demo, started: readonly Descendant[]): Promise<void> {
  await until(async () => (await sessionOf(demo.pid)).length === 0, { what: 'its session is empty' });
  await until(() => !started.some(isAlive), { what: 'all that it started is gone' });
  // Node and npm keep caches of their own there.
  await until(() => !readdirSync(folder).some((name) => name.startsWith('vpe-')), {
    what: 'its temporary folders are gone',
  });
}

function find(started: readonly Descendant[], program: RegExp): number {
  const found = started.find(({ command }) => program.test(command));
  if (found === undefined) {
    throw new Error(`no ${program} in ${started.map(({ command }) => command).join('\n')}`);
  }
  return found.pid;
}

const demoProcess = /^\S*node \S*test\/demo\/main\.ts/;
const operatorProcess = /^\S*node \S*test\/harness\/placed-operator\.ts \S*dist /;

describe('npm run demo', () => {
  test('ends with one line of JSON that says that all of it happened', async () => {
    const demo = startDemo();
    const code = await demo.ended;
    expect({ code, said: code === 0 ? '' : demo.stderr() }).toEqual({ code: 0, said: '' });

    const lines = demo.stdout().trimEnd().split('\n');
    const result = JSON.parse(lines.at(-1) ?? '') as DemoResult;
    expect(lines).toHaveLength(1);
    expect(result).toEqual({
      gateways: expect.any(Array),
      proofs: expect.any(Array),
      situations: expect.any(Array),
      policies: [
        { name: 'hsm', reason: 'Succeeded', access: 'PublicAndPrivate' },
        { name: 'hsm-without-a-path', reason: 'PathTimeout', access: '' },
      ],
      profiles: [],
      cloudCalls: { total: sum(result.cloudCalls.byOperation), byOperation: expect.any(Object) },
      sharedListings: { calls: sum(result.sharedListings.byListing), byListing: expect.any(Object) },
      kubeWrites: { total: sum(result.kubeWrites.byVerb), byVerb: expect.any(Object) },
      perGateway: {
        maxCloudCalls: expect.any(Number),
        maxObjectWrites: expect.any(Number),
        maxEvents: expect.any(Number),
      },
      leftovers: [],
    });
    const examples = readdirSync(join('deploy', 'examples'))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace('.yaml', ''));
    expect(result.gateways).toEqual(
      examples.toSorted().map((name) => ({
        name,
        states: ['Pending', 'Updating', 'Stable'],
        ready: true,
        ips: expect.any(Array),
      })),
    );
    expect(result.proofs).toEqual(
      examples.toSorted().flatMap((name) =>
        ['DNSVerified', 'Reachable'].map((type) => {
          const isHere = ['key-protect', 'object-storage'].includes(name);
          const [status, reason] = isHere ? ['True', type] : ['Unknown', 'NotProvableFromHere'];
          return { name, type, status, reason };
        }),
      ),
    );
    expect(demo.stderr()).toMatch(
      /key-protect: DNSVerified is False, DNSAnswerClassic: private\.us-south\.kms/,
    );
    expect(result.situations).toMatchObject([
      {
        name: 'partner-orders',
        reasons: expect.arrayContaining(['AwaitingAcceptance', 'Succeeded']),
        ready: true,
      },
      { name: 'second-of-its-kind', reasons: ['Collision'], ready: false },
      {
        name: 'only-looked-at',
        reasons: ['Differs'],
        plan: ['rename gateway made-by-terraform to iam', 'attach user tag env:prod'],
        ready: false,
      },
    ]);
    const addresses = new Map(result.gateways.map(({ name, ips }) => [name, ips]));
    expect(addresses.get('key-protect')).toHaveLength(3);
    expect(addresses.get('object-storage')).toContain('10.1.4.20');
    expect(result.perGateway.maxCloudCalls).toBeLessThanOrEqual(6);
    expect(result.perGateway.maxObjectWrites).toBeLessThanOrEqual(8);
    expect(result.perGateway.maxEvents).toBeLessThanOrEqual(3);
    expect(demo.stderr()).not.toContain('crn:');
    expectNoSecret(demo.stdout() + demo.stderr());
    await expectNothingLeft(demo, []);
  });

  test.each<[what: string, kill: (demo: Demo, started: readonly Descendant[]) => void]>([
    ['the npm that runs it', (demo) => demo.kill('SIGKILL')],
    ['its node process', (_demo, started) => process.kill(find(started, demoProcess), 'SIGKILL')],
  ])('leaves nothing alive when %s is killed in mid-run', async (_what, kill) => {
    const demo = startDemo();
    const started = await untilMidRun(demo);
    for (const program of [
      demoProcess,
      operatorProcess,
      /kube-apiserver /,
      /etcd /,
      /kube-controller-manager /,
    ]) {
      expect(find(started, program)).toBeGreaterThan(0);
    }

    kill(demo, started);

    await expectNothingLeft(demo, started);
  });

  test('keeps to the cost of a gateway where a hundred contend for four VPCs', async () => {
    const demo = startDemo('--gateways', '100');
    const code = await demo.ended;
    expect({ code, said: code === 0 ? '' : demo.stderr() }).toEqual({ code: 0, said: '' });
    const { gateways, leftovers, perGateway } = JSON.parse(demo.stdout()) as DemoResult;
    expect(gateways.filter(({ ready }) => ready)).toHaveLength(100);
    expect(leftovers).toEqual([]);
    expect(perGateway.maxCloudCalls).toBeLessThanOrEqual(6);
    expect(perGateway.maxObjectWrites).toBeLessThanOrEqual(8);
    expect(perGateway.maxEvents).toBeLessThanOrEqual(3);
  });

  test('ends early when the operator dies, and says so with the end of its output', async () => {
    const demo = startDemo();
    const started = await untilMidRun(demo);

    process.kill(find(started, operatorProcess), 'SIGKILL');

    expect(await demo.ended).toBe(1);
    expect(demo.stderr()).toMatch(
      /\ndemo: the operator ended early, by SIGKILL\nThe end of its output:\n {2}\{/,
    );
    expect(demo.stdout()).toBe('');
    await expectNothingLeft(demo, started);
  });

  test('ends in order when it is interrupted', async () => {
    const demo = startDemo();
    const started = await untilMidRun(demo);

    process.kill(-demo.pid, 'SIGINT');

    await demo.ended;
    expect(demo.stderr()).toMatch(/\ndemo: ended by SIGINT\n/);
    await expectNothingLeft(demo, started);
  });
});

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}
