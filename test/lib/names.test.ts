import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolveName } from '../../src/lib/names.ts';
import { until } from '../lib/until.ts';
import { type LocalResolver, startResolver } from '../probe/local-resolver.ts';

let resolver: LocalResolver;
const never = new AbortController().signal;
const reason = new Error('forgotten');

beforeAll(async () => {
  resolver = await startResolver({
    'rotating.example': ['10.0.0.10', '10.0.0.9', '9.0.0.1'],
    'twice.example': ['10.0.0.1', '10.0.0.1'],
    'empty.example': [],
    'absent.example': 3,
    'broken.example': 2,
    'forbidden.example': 5,
  });
});

afterAll(async () => {
  await resolver.stop();
});

test.each([
  ['rotating.example', { addresses: ['9.0.0.1', '10.0.0.9', '10.0.0.10'] }],
  ['twice.example', { addresses: ['10.0.0.1'] }],
  ['empty.example', { addresses: [], failure: 'ENODATA' }],
  ['absent.example', { addresses: [], failure: 'ENOTFOUND' }],
  ['broken.example', { addresses: [], failure: 'ESERVFAIL' }],
  ['forbidden.example', { addresses: [], failure: 'EREFUSED' }],
])('%s: %j', async (name, expected) => {
  const result = await resolveName(name, { network: resolver, timeoutMs: 20_000 }, never);
  expect(result).toEqual({ name, ...expected });
});

test('no answer before the deadline is ETIMEOUT', async () => {
  const result = await resolveName('late.example', { network: resolver, timeoutMs: 50 }, never);
  expect(result).toEqual({ name: 'late.example', addresses: [], failure: 'ETIMEOUT' });
});

test('an empty answer is ENODATA', async () => {
  const network = { lookup: async () => [] };
  const result = await resolveName('x', { network, timeoutMs: 20_000 }, never);
  expect(result).toEqual({ name: 'x', addresses: [], failure: 'ENODATA' });
});

test('can be given up', async () => {
  const stop = new AbortController();
  const work = resolveName('hanging.example', { network: resolver, timeoutMs: 600_000 }, stop.signal);
  await until(() => resolver.asked.includes('hanging.example'), { what: 'the question' });
  stop.abort(reason);
  await expect(work).rejects.toBe(reason);
});

test('is not begun when the signal has aborted before', async () => {
  const network = {
    lookup: async () => {
      throw new Error('asked');
    },
  };
  const work = resolveName('x', { network, timeoutMs: 20_000 }, AbortSignal.abort(reason));
  await expect(work).rejects.toBe(reason);
});

test('an error without a code is none of the name', async () => {
  const failure = new TypeError('a slip');
  const network = {
    lookup: async () => {
      throw failure;
    },
  };
  await expect(resolveName('x', { network, timeoutMs: 20_000 }, never)).rejects.toBe(failure);
});
