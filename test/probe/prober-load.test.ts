/** What the prober costs others, with as many subjects as an account may have gateways. */
import { afterEach, expect, test } from '@jest/globals';
import type { ProbeOptions } from '../../src/probe/prober.ts';
import type { Subject } from '../../src/probe/proof-types.ts';
import { ProberScene } from './prober-scene.ts';

let scene: ProberScene;

afterEach(async () => scene.end());

function start(options: ProbeOptions): ProberScene {
  scene = new ProberScene(options);
  return scene;
}

/** Two names and two connections. */
function subjectOf(index: number): Subject {
  const address = `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  const names = [`${index}.example`, `www.${index}.example`];
  return {
    names,
    addresses: [address],
    connections: [443, 80].map((port) => ({ address, port })),
  };
}

/** The most that was asked in any second. */
function mostInASecond(): number {
  const times = scene.network.questions.map(({ atMs }) => atMs);
  let first = 0;
  return times.reduce((most, atMs, index) => {
    while (atMs - (times[first] ?? 0) >= 1_000) {
      first += 1;
    }
    return Math.max(most, index - first + 1);
  }, 0);
}

test('a thousand subjects are asked about no faster than the rate, and all get their verdicts', async () => {
  const { clock, network, prober, changes } = start({
    intervalMs: 60_000,
    retryMs: 5_000,
    timeoutMs: 5_000,
    perSecond: 50,
  });
  const subjects = Array.from({ length: 1_000 }, (_, index) => subjectOf(index));
  subjects.forEach((subject, index) => {
    // A fifth has names that lead elsewhere, another fifth connections that are refused.
    const isAstray = index % 5 === 0;
    subject.names.forEach((name) => network.fates.set(name, isAstray ? ['8.8.8.8'] : subject.addresses));
    if (index % 5 === 1) {
      network.fates.set(`${subject.addresses[0]}:80`, 'ECONNREFUSED');
    }
    prober.watch(String(index), subject);
  });
  // A round of all takes 80 s.
  await clock.advance(300_000);
  expect(mostInASecond()).toBeLessThanOrEqual(50 + 5);
  expect(network.questions.length).toBeGreaterThan(14_500);
  const statuses = subjects.map((subject, index) => {
    const { names, connections } = prober.watch(String(index), subject);
    return `${names?.status} ${connections?.status}`;
  });
  expect(statuses).toEqual(
    subjects.map((_, index) => {
      const [names, connections] = [index % 5 === 0, index % 5 === 1];
      return `${names ? 'Failing' : 'Proven'} ${connections ? 'Failing' : 'Proven'}`;
    }),
  );
  // Twice for those of which one check was proven at once and the other failed later.
  const expected = subjects.flatMap((_, index) => (index % 5 < 2 ? [`${index}`, `${index}`] : [`${index}`]));
  expect(changes.toSorted()).toEqual(expected.toSorted());
}, 120_000);

test('verdicts come one after the other, not all at the end', async () => {
  const { clock, prober, changes } = start({
    intervalMs: 600_000,
    retryMs: 5_000,
    timeoutMs: 5_000,
    perSecond: 10,
  });
  const ports = [1, 2, 3, 4, 5, 6, 7, 8];
  for (let index = 0; index < 100; index += 1) {
    const { addresses } = subjectOf(index);
    const connections = ports.flatMap((port) => addresses.map((address) => ({ address, port })));
    prober.watch(String(index), { names: [], addresses, connections });
  }
  // Half of the time that all take.
  await clock.advance(40_000);
  expect(changes.length).toBeGreaterThan(30);
  await clock.advance(40_000);
  expect(changes).toHaveLength(100);
});

test('what is not settled goes first', async () => {
  const { clock, network, prober } = start({
    intervalMs: 60_000,
    retryMs: 5_000,
    timeoutMs: 5_000,
    perSecond: 1,
  });
  for (const name of ['old 1', 'old 2', 'old 3', 'new 1', 'new 2']) {
    network.fates.set(name, ['10.0.0.4']);
    const prior = name.startsWith('old') ? ({ names: 'Proven' } as const) : {};
    prober.watch(name, { names: [name], addresses: ['10.0.0.4'], connections: [] }, prior);
  }
  await clock.advance(10_000);
  expect(network.questions.map(({ about }) => about)).toEqual(['old 1', 'new 1', 'new 2', 'old 2', 'old 3']);
});

test('a subject is asked a few questions at once, and subjects that hang hold up no others for long', async () => {
  const { clock, network, prober, changes } = start({
    intervalMs: 60_000,
    retryMs: 5_000,
    timeoutMs: 1_000,
    perSecond: 100,
  });
  const connections = Array.from({ length: 20 }, (_, index) => ({ address: '10.0.0.4', port: index + 1 }));
  connections.forEach(({ address, port }) => network.fates.set(`${address}:${port}`, 'hang'));
  prober.watch('hanging', { names: [], addresses: [], connections });
  network.fates.set('a.example', ['10.0.0.4']);
  prober.watch('sound', { names: ['a.example'], addresses: ['10.0.0.4'], connections: [] });
  await clock.advance(900);
  expect(network.openSockets).toBe(4);
  expect(changes).toEqual(['sound']);
});
