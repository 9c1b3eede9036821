/** The invariants of client-go's and controller-runtime's queues, one test each. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { lowPriority, WorkQueue } from '../../src/kube/work-queue.ts';
import { FakeClock } from '../lib/fake-clock.ts';

let clock: FakeClock;
let queue: WorkQueue;

beforeEach(() => {
  clock = new FakeClock();
  queue = new WorkQueue(clock);
});

/** Takes what is ready now, without marking it done. */
async function takeAll(): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) {
    keys.push((await queue.get()) ?? 'shut down');
  }
  return keys;
}

describe('order', () => {
  test('first in, first out', async () => {
    queue.add('a');
    queue.add('b');
    queue.add('a');
    expect(await takeAll()).toEqual(['a', 'b']);
  });

  test('higher priority first; adding again raises and never lowers it', async () => {
    queue.add('initial', { priority: lowPriority });
    queue.add('edited', { priority: lowPriority });
    queue.add('fresh');
    queue.add('edited');
    queue.add('edited', { priority: lowPriority });
    expect(await takeAll()).toEqual(['fresh', 'edited', 'initial']);
  });

  test('a key whose time has come queues behind those that were ready before', async () => {
    queue.addAfter('late', 100);
    queue.add('early');
    await clock.advance(100);
    expect(await takeAll()).toEqual(['early', 'late']);
  });
});

describe('exclusivity', () => {
  test('a key in work is not handed out again; any number of adds lead to one more turn', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await takeAll()).toEqual(['a']);
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  test('a delay that ends during work counts as an add during work', async () => {
    queue.add('a');
    await queue.get();
    queue.addAfter('a', 100);
    await clock.advance(100);
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await takeAll()).toEqual(['a']);
  });

  test('a delay asked for during work survives it', async () => {
    queue.add('a');
    await queue.get();
    queue.addAfter('a', 100);
    queue.done('a');
    expect(queue.length).toBe(0);
    await clock.advance(100);
    expect(await takeAll()).toEqual(['a']);
  });
});

describe('delays', () => {
  test('the earliest ready time wins', async () => {
    queue.addAfter('a', 300);
    queue.addAfter('a', 100);
    queue.addAfter('a', 200);
    await clock.advance(99);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(await takeAll()).toEqual(['a']);
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
  });

  test('an immediate add absorbs a waiting one, and takes over its priority', async () => {
    queue.addAfter('a', 100, { priority: 5 });
    queue.add('b');
    queue.add('a', { priority: lowPriority });
    expect(await takeAll()).toEqual(['a', 'b']);
    queue.done('a');
    await clock.advance(100);
    expect(queue.length).toBe(0);
    expect(clock.delaysMs).toEqual([]);
  });

  test('a delay for a key that is queued anyway only raises its priority', async () => {
    queue.add('a', { priority: lowPriority });
    queue.add('b', { priority: -1 });
    queue.addAfter('a', 100);
    expect(clock.delaysMs).toEqual([]);
    expect(await takeAll()).toEqual(['a', 'b']);
  });

  test.each([0, -5])('a delay of %d is an immediate add', (delayMs) => {
    queue.addAfter('a', delayMs);
    expect(queue.length).toBe(1);
  });
});

describe('get', () => {
  test('waits for a key; those that wait are served in turn', async () => {
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });
});

describe('shutting down', () => {
  test('ends every get, drops what is not in work and refuses new keys', async () => {
    queue.add('in work');
    await queue.get();
    queue.add('in work');
    queue.addAfter('delayed', 100);
    const waiting = queue.get();
    queue.shutDown();
    expect(await waiting).toBeUndefined();
    queue.add('new');
    queue.addAfter('new', 1);
    queue.done('in work');
    expect(queue.length).toBe(0);
    expect(clock.delaysMs).toEqual([]);
    expect(await queue.get()).toBeUndefined();
  });
});

test('length counts what is ready, oldestWaitMs since when', async () => {
  queue.addAfter('waiting', 10_000);
  expect([queue.length, queue.oldestWaitMs()]).toEqual([0, 0]);
  queue.add('a', { priority: lowPriority });
  await clock.advance(300);
  queue.add('b');
  await clock.advance(200);
  // Raising the priority does not make it younger.
  queue.add('a', { priority: 1 });
  expect([queue.length, queue.oldestWaitMs()]).toEqual([2, 500]);
  await queue.get();
  expect([queue.length, queue.oldestWaitMs()]).toEqual([1, 200]);
});

test('what was added during work counts as waiting from then on, however often it is added again', async () => {
  queue.add('a');
  await queue.get();
  queue.add('a');
  await clock.advance(300);
  queue.add('a');
  queue.done('a');
  expect(queue.oldestWaitMs()).toBe(300);
});
