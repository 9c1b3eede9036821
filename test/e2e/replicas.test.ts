/**
 * Two replicas: what the one is while it waits, how the lead changes hands, and what they say of themselves when the
 * API server is away. How a process starts, ends and is killed is in operator-process.test.ts.
 */
import { PassThrough } from 'node:stream';

import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';

import { kinds } from '../../src/kinds/index.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { systemNetwork } from '../../src/lib/network.ts';
import { run } from '../../src/run.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { type AuditEntry, isForbidden, readAudit } from '../harness/audit.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { gatewayManifest } from '../harness/gateways.ts';
import { operatorAccount, operatorUser } from '../harness/install.ts';
import { ask } from '../harness/operator-http.ts';
import { startWorld, type World } from '../harness/world.ts';
import { configFile, minimal } from '../lib/config-file.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, firstStartMs);

afterAll(async () => world.stop());

afterEach(async () => {
  await Promise.all(world.operators.map(async (operator) => operator.stop()));
});

async function audited(resource: string): Promise<readonly AuditEntry[]> {
  const entries = await readAudit(world.plane.auditLog);
  return entries.filter(
    ({ user, objectRef }) => user.username === operatorUser && objectRef?.resource === resource,
  );
}

// The first test: it reads the audit log from its beginning.
test('a standby is warm and ready while it waits, and takes the Lease as soon as it is released', async () => {
  // No retry, no renewal and no expiry falls into the time of this test: only a watch explains that it ends.
  const leaderElection = { leaseDuration: '20m', renewDeadline: '15m', retryPeriod: '10m' };
  const namespace = await world.namespace();
  const first = await world.startOperator({ config: { leaderElection } });
  await first.untilSaid('"leading"');
  const firstKey = await world.apply(namespace, gatewayManifest('first'));
  await world.watch.until(firstKey, 'is Ready', isReady);

  const second = await world.startOperator({ config: { leaderElection } });
  await until(async () => (await ask(second, '/readyz')).status === 200, { what: 'the standby is ready' });
  await until(async () => (await audited('leases')).some(({ verb }) => verb === 'watch'), {
    what: 'the standby watches the Lease',
  });
  expect((await ask(second, '/metrics')).body).toMatch(/^vpe_operator_leader 0$/m);
  expect(await second.output()).not.toContain('"leading"');

  expect(await first.stop()).toEqual({ code: 0, signal: null });
  await second.untilSaid('"leading"');
  const secondKey = await world.apply(namespace, gatewayManifest('second'));
  await world.watch.until(secondKey, 'is Ready', isReady);
  expect((await ask(second, '/metrics')).body).toMatch(/^vpe_operator_leader 1$/m);

  const leases = await audited('leases');
  expect(leases.filter(isForbidden)).toEqual([]);
  const claimed = ['get', 'create'];
  const found = ['get'];
  const released = ['get', 'update'];
  const taken = ['get', 'update'];
  expect(leases.map(({ verb }) => verb).filter((verb) => verb !== 'watch')).toEqual([
    ...claimed,
    ...found,
    ...released,
    ...taken,
  ]);
  // Each listed once, at its start: what the second one needed when it began to lead, it had.
  const lists = (await audited('endpointgateways')).filter(({ verb }) => verb === 'list');
  expect(lists).toHaveLength(2);
});

/** Time that passes at once, as far as anybody reads the clock; timers keep to the machine's. */
class HastyClock implements Clock {
  #aheadMs = 0;

  readonly setTimer: Clock['setTimer'] = (delayMs, callback) => systemClock.setTimer(delayMs, callback);

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  skip(ms: number): void {
    this.#aheadMs += ms;
  }
}

async function someoneLeads(): Promise<void> {
  const spec = { holderIdentity: 'someone', leaseDurationSeconds: 3_600 };
  const { namespace } = operatorAccount;
  await world.kubectl([
    'patch',
    'lease',
    '-n',
    namespace,
    'vpe-operator',
    '--type=merge',
    '-p',
    JSON.stringify({ spec }),
  ]);
}

interface Standby {
  readonly clock: HastyClock;
  output(): Promise<string>;
  /** How it ended. */
  stop(): Promise<string>;
}

/** A replica in this process, under a clock of the test's. */
function startStandby(): Standby {
  const file = configFile();
  const config = file.load({ ...minimal, http: { host: '127.0.0.1', port: 0 } });
  file.remove();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(world.kubeconfig);
  const lines = new PassThrough({ encoding: 'utf8' });
  let said = '';
  lines.on('data', (text: string) => {
    said += text;
  });
  const clock = new HastyClock();
  const stop = new AbortController();
  const { namespace } = operatorAccount;
  const ambient = { kubeConfig, clock, network: systemNetwork, random: () => 0, log: pino(lines) };
  const around = { ...ambient, version: '0.0.0', namespace };
  const running = run(config, { ...around, identity: 'standby' }, stop.signal);
  return {
    clock,
    output: async () => said,
    async stop() {
      stop.abort(new Error('enough'));
      return running;
    },
  };
}

/** How often it has tried to watch. */
async function attemptsOf(standby: Standby): Promise<number> {
  const { body } = await ask(standby, '/metrics');
  return Number(/^vpe_operator_watch_attempts{.*doing="watching"} (\d+)$/m.exec(body)?.[1]);
}

const unheard = 'the API server has not been heard for \\d+ s\\n';

test('an API server that is away for minutes makes a replica unready, which says why, and does not end it', async () => {
  await someoneLeads();
  const standby = startStandby();
  try {
    await until(async () => (await ask(standby, '/readyz')).status === 200, { what: 'the standby is ready' });

    await world.plane.daemons.apiServer.stopServing();
    for (const skippedMs of [100_000, 100_000]) {
      const before = await attemptsOf(standby);
      await until(async () => (await attemptsOf(standby)) > before, { what: 'another attempt to watch' });
      standby.clock.skip(skippedMs);
      expect(await ask(standby, '/healthz')).toEqual({ status: 200, body: 'ok\n' });
    }
    expect(await ask(standby, '/readyz')).toEqual({
      status: 503,
      body: expect.stringMatching(kinds.map(({ type }) => `${type.kind}: ${unheard}`).join('')),
    });

    await world.plane.daemons.apiServer.startServing();
    // Something to be heard: a bookmark may take a minute.
    await world.apply(await world.namespace(), gatewayManifest('afterwards'));
    const deadlineMs = 90_000;
    await until(async () => (await ask(standby, '/readyz')).status === 200, {
      what: 'ready again',
      deadlineMs,
    });
  } finally {
    expect(await standby.stop()).toBe('stopped');
  }
  expect(await standby.output()).not.toContain('"leading"');
});
