/** The prober by a fake clock in a scripted network. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ProbeOptions } from '../../src/probe/prober.ts';
import type { Subject } from '../../src/probe/proof-types.ts';
import { settle } from '../lib/fake-clock.ts';
import { ProberScene } from './prober-scene.ts';

const own = '10.0.0.4';
const subject: Subject = {
  names: ['a.example'],
  addresses: [own],
  connections: [{ address: own, port: 443 }],
};
const namesOnly: Subject = { ...subject, connections: [] };
const options: ProbeOptions = { intervalMs: 8_000, retryMs: 1_000, timeoutMs: 600_000, perSecond: 100 };

let scene: ProberScene;
let clock: ProberScene['clock'];
let network: ProberScene['network'];
let prober: ProberScene['prober'];
let changes: ProberScene['changes'];

beforeEach(() => {
  scene = new ProberScene(options);
  ({ clock, network, prober, changes } = scene);
  network.fates.set('a.example', [own]);
});

afterEach(async () => scene.end());

test('without anything to watch there is no timer', async () => {
  expect(clock.delaysMs).toEqual([]);
  prober.watch('nothing', { names: [], addresses: [own], connections: [] });
  expect(clock.delaysMs).toEqual([]);
});

describe('a good subject', () => {
  test('is proven at once, and told about once', async () => {
    expect(prober.watch('k', subject)).toEqual({
      names: { status: 'Unproven', results: [] },
      connections: { status: 'Unproven', results: [] },
    });
    await clock.advance(0);
    expect(changes).toEqual(['k']);
    expect(prober.watch('k', subject)).toEqual({
      names: { status: 'Proven', results: [{ name: 'a.example', addresses: [own] }] },
      connections: { status: 'Proven', results: subject.connections },
    });
    await clock.advance(100_000);
    expect(changes).toEqual(['k']);
    expect(scene.results.slice(0, 2).toSorted((x, y) => x.check.localeCompare(y.check))).toEqual([
      { check: 'dns', result: 'ok' },
      { check: 'tcp', result: 'ok' },
    ]);
  });

  test.each([
    [0, [0, 7_200, 14_400]],
    [0.5, [0, 8_000, 16_000]],
    [0.9999, [0, 8_799, 17_599]],
  ])('is looked at every interval, give or take a tenth (%d)', async (value, expected) => {
    scene.random = value;
    prober.watch('k', subject);
    await clock.advance(20_000);
    expect(network.timesOf('a.example').map(Math.floor)).toEqual(expected);
    expect(network.timesOf(`${own}:443`)).toHaveLength(expected.length);
  });
});

describe('a bad subject', () => {
  beforeEach(() => {
    network.fates.set('a.example', ['8.8.8.8']);
  });

  test('is looked at with growing pauses and fails with the third round', async () => {
    prober.watch('k', namesOnly);
    await clock.advance(2_999);
    expect(changes).toEqual([]);
    await clock.advance(1);
    expect(changes).toEqual(['k']);
    const names = { status: 'Failing', results: [{ name: 'a.example', addresses: ['8.8.8.8'] }] };
    expect(prober.watch('k', namesOnly)).toEqual({ names });
    await clock.advance(21_000);
    expect(network.timesOf('a.example')).toEqual([0, 1_000, 3_000, 7_000, 15_000, 23_000]);
    expect(changes).toEqual(['k']);
    expect(new Set(scene.results.map(({ result }) => result))).toEqual(new Set(['elsewhere']));
  });

  test('that recovers is looked at soon again, and proven with the third good round', async () => {
    prober.watch('k', namesOnly);
    await clock.advance(23_000);
    network.fates.set('a.example', [own]);
    await clock.advance(11_000);
    expect(network.timesOf('a.example').slice(-3)).toEqual([31_000, 32_000, 34_000]);
    expect(changes).toEqual(['k', 'k']);
    expect(prober.watch('k', namesOnly).names?.status).toBe('Proven');
    await clock.advance(8_000);
    expect(network.timesOf('a.example').at(-1)).toBe(42_000);
  });

  test('that alternates while it fails is left in peace', async () => {
    prober.watch('k', namesOnly);
    await clock.advance(3_000);
    for (let round = 0; round < 8; round += 1) {
      network.fates.set('a.example', round % 2 === 0 ? [own] : ['8.8.8.8']);
      await clock.advance(clock.delaysMs[0] ?? 0);
    }
    // After the third bad round comes the first good one, which begins anew; those after it do not.
    const times = [7, 8, 10, 14, 22, 30, 38, 46].map((seconds) => seconds * 1_000);
    expect(network.timesOf('a.example').slice(3)).toEqual(times);
    expect(changes).toEqual(['k']);
  });
});

test('a proven subject that turns bad is looked at soon again', async () => {
  prober.watch('k', namesOnly);
  await clock.advance(0);
  network.fates.set('a.example', 'ESERVFAIL');
  await clock.advance(11_000);
  expect(network.timesOf('a.example')).toEqual([0, 8_000, 9_000, 11_000]);
  expect(changes).toEqual(['k', 'k']);
  expect(prober.watch('k', namesOnly).names).toEqual({
    status: 'Failing',
    results: [{ name: 'a.example', addresses: [], failure: 'ESERVFAIL' }],
  });
});

describe('a verdict from before', () => {
  test('stands, without results, until rounds say otherwise', async () => {
    network.fates.set('a.example', 'ENOTFOUND');
    const prior = { names: 'Proven', connections: 'Failing' } as const;
    expect(prober.watch('k', subject, prior)).toEqual({
      names: { status: 'Proven', results: [] },
      connections: { status: 'Failing', results: [] },
    });
    await clock.advance(2_999);
    expect(changes).toEqual([]);
    await clock.advance(1);
    expect(changes).toEqual(['k']);
    const { names, connections } = prober.watch('k', subject, prior);
    expect([names?.status, connections?.status]).toEqual(['Failing', 'Proven']);
  });

  test('is not heeded for a subject that has changed since', async () => {
    prober.watch('k', namesOnly);
    const changed = { ...namesOnly, addresses: ['10.0.0.5'] };
    expect(prober.watch('k', changed, { names: 'Failing' }).names?.status).toBe('Unproven');
  });
});

describe('a changed subject', () => {
  beforeEach(async () => {
    prober.watch('k', subject);
    await clock.advance(0);
  });

  test('keeps the verdict on what is the same, and is looked at at once', async () => {
    const connections = [...subject.connections, { address: own, port: 80 }];
    const verdicts = prober.watch('k', { ...subject, connections });
    expect([verdicts.names?.status, verdicts.connections?.status]).toEqual(['Proven', 'Unproven']);
    await clock.advance(0);
    expect(network.timesOf(`${own}:80`)).toEqual([0]);
    expect(changes).toEqual(['k', 'k']);
  });

  test('may have nothing to check any more', async () => {
    expect(prober.watch('k', { ...subject, names: [], connections: [] })).toEqual({});
    expect(clock.delaysMs).toEqual([]);
  });

  test('in another order is the same', async () => {
    const two = { ...subject, names: ['a.example', 'b.example'] };
    network.fates.set('b.example', [own]);
    prober.watch('k', two);
    await clock.advance(0);
    const before = prober.watch('k', two);
    const after = prober.watch('k', { ...two, names: two.names.toReversed() });
    expect(after.names).toBe(before.names);
    await clock.advance(0);
    expect(network.timesOf('b.example')).toEqual([0]);
  });

  test('ends the round about what it was before', async () => {
    network.fates.set('b.example', 'hang');
    prober.watch('k', { ...subject, names: ['b.example'] });
    await clock.advance(0);
    expect(network.underWay).toBe(1);
    prober.watch('k', subject);
    await settle();
    expect(network.underWay).toBe(0);
    await clock.advance(0);
    expect(prober.watch('k', subject).names?.status).toBe('Proven');
  });
});

describe('forgetting', () => {
  test('ends what is under way and says nothing more', async () => {
    network.fates.set('a.example', 'hang');
    network.fates.set(`${own}:443`, 'hang');
    prober.watch('k', subject);
    await clock.advance(0);
    expect(scene.underWay).toEqual({ lookups: 1, sockets: 1 });
    prober.forget('k');
    await settle();
    expect(scene.underWay).toEqual({ lookups: 0, sockets: 0 });
    await clock.advance(100_000);
    expect(network.questions).toHaveLength(2);
    expect(changes).toEqual([]);
    expect(clock.delaysMs).toEqual([]);
  });

  test('leaves no history', async () => {
    prober.watch('k', subject);
    await clock.advance(0);
    prober.forget('k');
    expect(prober.watch('k', subject).names?.status).toBe('Unproven');
  });
});

describe('the end of a run', () => {
  test('ends what is under way, and the next begins anew', async () => {
    prober.watch('k', subject);
    network.fates.set('b.example', 'hang');
    prober.watch('l', { ...subject, names: ['b.example'] });
    await clock.advance(0);
    await scene.end();

    expect(prober.watch('k', subject).names?.status).toBe('Unproven');
    await clock.advance(100_000);
    expect(network.timesOf('a.example')).toEqual([0]);
    scene.run();
    await clock.advance(0);
    expect(prober.watch('k', subject).names?.status).toBe('Proven');
    expect(network.timesOf('a.example')).toEqual([0, 100_000]);
  });

  test('comes at once when the signal has aborted before', async () => {
    await scene.end();
    prober.watch('k', subject);
    await prober.run(AbortSignal.abort());
    expect(clock.delaysMs).toEqual([]);
  });
});

test('an error that says nothing about the subject is logged and tried again', async () => {
  network.fates.set('a.example', 'slip');
  prober.watch('k', subject);
  await clock.advance(1_000);
  expect(prober.watch('k', subject).names?.status).toBe('Unproven');
  expect(scene.logged.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual(['k', 'k']);
  network.fates.set('a.example', [own]);
  await clock.advance(2_000);
  expect(prober.watch('k', subject).names?.status).toBe('Proven');
});
