import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyedMutex } from '../../src/cloud/keyed-mutex.ts';
import { settle } from '../lib/fake-clock.ts';
import { never } from './open-account.ts';

let mutex: KeyedMutex;
let log: string[];

beforeEach(() => {
  mutex = new KeyedMutex();
  log = [];
});

interface Work {
  readonly result: Promise<unknown>;
  readonly end: (error?: Error) => void;
}

function start(key: string, name: string, signal = never): Work {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const result = mutex.run(key, signal, async () => {
    log.push(`${name} begins`);
    await promise.finally(() => log.push(`${name} ends`));
    return name;
  });
  result.catch(() => undefined);
  return { result, end: (error) => (error === undefined ? resolve() : reject(error)) };
}

test('one holder per key at a time, in the order of asking', async () => {
  const works = ['a', 'b', 'c'].map((name) => start('vpc', name));
  for (const work of works) {
    await settle();
    work.end();
  }
  expect(await Promise.all(works.map(async ({ result }) => result))).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('keys do not wait for each other', async () => {
  start('vpc 1', 'a');
  start('vpc 2', 'b');
  await settle();
  expect(log).toEqual(['a begins', 'b begins']);
});

test('work that fails passes its error on and the turn to the next', async () => {
  const [first, second] = [start('vpc', 'a'), start('vpc', 'b')];
  const failure = new Error('refused');
  first.end(failure);
  await expect(first.result).rejects.toBe(failure);
  second.end();
  expect(await second.result).toBe('b');
});

describe('who gives up waiting', () => {
  const reason = new Error('ended');

  test('leaves at once, and nobody gets in before the holder is done', async () => {
    const stop = new AbortController();
    const holder = start('vpc', 'holder');
    const quitter = start('vpc', 'quitter', stop.signal);
    await settle();
    stop.abort(reason);
    await expect(quitter.result).rejects.toBe(reason);
    const next = start('vpc', 'next');
    await settle();
    expect(log).toEqual(['holder begins']);
    holder.end();
    next.end();
    await next.result;
    expect(log).toEqual(['holder begins', 'holder ends', 'next begins', 'next ends']);
  });

  test('before asking does not begin', async () => {
    await expect(start('vpc', 'a', AbortSignal.abort(reason)).result).rejects.toBe(reason);
    expect(log).toEqual([]);
  });
});

test('whoever comes, fails and gives up: never two at once, nobody is forgotten', async () => {
  const step = fc.record({
    key: fc.constantFrom('vpc 1', 'vpc 2'),
    what: fc.constantFrom('come', 'end', 'fail', 'quit'),
    which: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const subject = new KeyedMutex();
      const holders = new Map<string, () => void>();
      const waiting: AbortController[] = [];
      const all: Promise<unknown>[] = [];
      const come = (key: string): void => {
        const stop = new AbortController();
        waiting.push(stop);
        const work = subject.run(key, stop.signal, async () => {
          expect(holders.has(key)).toBe(false);
          await new Promise<void>((resolve) => holders.set(key, resolve));
          holders.delete(key);
        });
        all.push(work.catch(() => undefined));
      };
      for (const { key, what, which } of steps) {
        if (what === 'come') {
          come(key);
        } else if (what === 'quit') {
          waiting[which % Math.max(1, waiting.length)]?.abort(new Error('ended'));
        } else {
          holders.get(key)?.();
        }
        await settle();
      }
      while (holders.size > 0) {
        holders.forEach((end) => end());
        await settle();
      }
      await Promise.all(all);
    }),
    { numRuns: 60 },
  );
});
