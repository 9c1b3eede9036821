import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { abortable } from '../../src/lib/abortable.ts';
import { settle } from '../lib/fake-clock.ts';
import { never } from './open-account.ts';

const reason = new Error('ended');

test('settles as the work does', async () => {
  expect(await abortable(Promise.resolve(7), never)).toBe(7);
  await expect(abortable(Promise.reject(reason), never)).rejects.toBe(reason);
});

describe('rejects with the signal’s reason', () => {
  test('as soon as it aborts', async () => {
    const stop = new AbortController();
    const work = abortable(new Promise(() => undefined), stop.signal);
    stop.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('when it aborted before, even if the work is done', async () => {
    await expect(abortable(Promise.resolve(7), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

test('abandoned work may fail without ending the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(abortable(promise, AbortSignal.abort(reason))).rejects.toBe(reason);
  reject(new Error('late'));
  await settle();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  await abortable(Promise.resolve(), signal);
  await abortable(Promise.reject(reason), signal).catch(() => undefined);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
