import { beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { KubeError } from '../../src/kube/errors.ts';
import { EventRecorder, type Occurrence } from '../../src/kube/recorder.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { hang, MemoryApi } from './memory-api.ts';
import { thing } from './scripted-api.ts';

const created: Occurrence = { type: 'Normal', reason: 'Created', action: 'Create', note: 'made it' };
const failed: Occurrence = { type: 'Warning', reason: 'Failed', action: 'Create', note: 'could not' };

let api: MemoryApi;
let clock: FakeClock;
let recorder: EventRecorder;

beforeEach(() => {
  api = new MemoryApi();
  clock = new FakeClock();
  recorder = new EventRecorder({
    client: api,
    reportingInstance: 'the-pod',
    clock,
    log: pino({ level: 'silent' }),
  });
});

async function unavailable(): Promise<never> {
  throw new KubeError('down', { reason: 'unavailable' });
}

function events(): unknown[] {
  return [...api.objects.values()];
}

test('an event says what happened to which object, and who says so', async () => {
  recorder.record(thing('a', '4'), created);
  await settle();
  expect(events()).toEqual([
    {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: expect.objectContaining({
        namespace: 'default',
        name: expect.stringMatching(/^a\.[0-9a-f]{16}$/),
      }),
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'vpe-operator.io/vpe-operator',
      reportingInstance: 'the-pod',
      ...created,
      regarding: {
        apiVersion: 'test.vpe-operator.io/v1',
        kind: 'Thing',
        namespace: 'default',
        name: 'a',
        uid: 'uid-of-a',
        resourceVersion: '4',
      },
    },
  ]);
});

test('a note longer than 1 kB is cut between characters, a long name so that the event still has one', async () => {
  recorder.record(thing('n'.repeat(253), '4'), { ...created, note: 'ü'.repeat(1_000) });
  await settle();
  const [event] = events() as [{ note: string; metadata: { name: string } }];
  expect(Buffer.byteLength(event.note)).toBeLessThanOrEqual(1_024);
  expect(event.note).toMatch(/^ü{500,}…$/);
  expect(event.metadata.name).toHaveLength(253);
});

describe('series', () => {
  test('equal events are one, whose count is written at most once a minute', async () => {
    for (let second = 0; second < 60; second += 1) {
      recorder.record(thing('a', String(second)), failed);
      await clock.advance(1_000);
    }
    expect(api.calls.map((call) => call.split(' ')[0])).toEqual(['create', 'merge']);
    expect(events()).toMatchObject([
      { series: { count: 60, lastObservedTime: '2026-01-01T00:00:59.000000Z' } },
    ]);
  });

  test('another object, type, reason or note is another event', async () => {
    const anew = thing('a', '9', { uid: 'another' });
    recorder.record(thing('a', '4'), failed);
    recorder.record(anew, failed);
    recorder.record(anew, { ...failed, type: 'Normal' });
    recorder.record(anew, { ...failed, reason: 'Refused' });
    recorder.record(anew, { ...failed, note: 'could really not' });
    await settle();
    expect(events()).toHaveLength(5);
  });

  test('ends when nothing has been seen for six minutes', async () => {
    recorder.record(thing('a', '4'), failed);
    await clock.advance(359_999);
    recorder.record(thing('a', '4'), failed);
    await clock.advance(360_000);
    recorder.record(thing('a', '4'), failed);
    await settle();
    expect(events()).toMatchObject([{ series: { count: 2 } }, expect.not.objectContaining({ series: {} })]);
    expect(api.calls.filter((call) => call.startsWith('create'))).toHaveLength(2);
  });
});

describe('failures', () => {
  test('do not reach the caller, and the next event is written', async () => {
    api.before = async () => {
      throw new KubeError('namespace is going', { reason: 'denied' });
    };
    expect(() => recorder.record(thing('a', '4'), created)).not.toThrow();
    await settle();
    api.before = async () => {};
    recorder.record(thing('b', '4'), created);
    await settle();
    expect(events()).toMatchObject([{ regarding: { name: 'b' } }]);
  });

  test('an event that could not be written is written when it recurs', async () => {
    api.before = unavailable;
    recorder.record(thing('a', '4'), failed);
    await settle();
    api.before = async () => {};
    recorder.record(thing('a', '4'), failed);
    await settle();
    expect(events()).toEqual([expect.not.objectContaining({ series: expect.anything() })]);
  });

  test('one that recurred before that was known is written with its count, when that is due', async () => {
    api.before = unavailable;
    recorder.record(thing('a', '4'), failed);
    recorder.record(thing('a', '4'), failed);
    await settle();
    api.before = async () => {};
    await clock.advance(60_000);
    expect(events()).toMatchObject([{ note: 'could not', series: { count: 2 } }]);
  });

  test('an event that somebody deleted comes back with its count', async () => {
    recorder.record(thing('a', '4'), failed);
    await settle();
    api.objects.clear();
    recorder.record(thing('a', '4'), failed);
    await clock.advance(60_000);
    expect(events()).toMatchObject([{ note: 'could not', series: { count: 2 } }]);
  });

  test('a count that could not be written makes no second event', async () => {
    recorder.record(thing('a', '4'), failed);
    recorder.record(thing('a', '4'), failed);
    api.before = unavailable;
    await clock.advance(60_000);
    api.before = async () => {};
    recorder.record(thing('a', '4'), failed);
    await clock.advance(60_000);
    expect(events()).toMatchObject([{ series: { count: 3 } }]);
  });

  test('an event dropped from a full queue is written when it recurs', async () => {
    const gate = Promise.withResolvers<void>();
    api.before = async () => gate.promise;
    for (let count = 0; count < 5_001; count += 1) {
      recorder.record(thing(`a${count}`, '4'), failed);
    }
    recorder.record(thing('dropped', '4'), failed);
    gate.resolve();
    await recorder.flush(1_000);
    recorder.record(thing('dropped', '4'), failed);
    await settle();
    expect(events().at(-1)).toMatchObject({ regarding: { name: 'dropped' } });
  });

  test('an API server that hangs holds up nobody, and only so many events are kept for it', async () => {
    const gate = Promise.withResolvers<void>();
    api.before = async () => gate.promise;
    for (let count = 0; count < 10_000; count += 1) {
      recorder.record(thing(`a${count}`, '4'), created);
    }
    await settle();
    expect(api.calls).toHaveLength(1);
    gate.resolve();
    await recorder.flush(1_000);
    expect(api.calls).toHaveLength(5_001);
  });
});

describe('flush', () => {
  test('writes counts that are not due yet and waits for what is in flight', async () => {
    recorder.record(thing('a', '4'), failed);
    recorder.record(thing('a', '4'), failed);
    await recorder.flush(1_000);
    expect(events()).toMatchObject([{ series: { count: 2 } }]);
    expect(clock.delaysMs).toEqual([]);
  });

  test('gives up at its deadline, and for good', async () => {
    api.before = async (_, signal) => hang(signal);
    recorder.record(thing('a', '4'), created);
    const flushed = recorder.flush(1_000);
    await clock.advance(1_000);
    await flushed;
    recorder.record(thing('b', '4'), created);
    await settle();
    expect(api.calls).toHaveLength(1);
    expect(clock.delaysMs).toEqual([]);
  });
});
