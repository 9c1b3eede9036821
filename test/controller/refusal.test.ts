/** An action that the cloud refuses, and of which the kind knows what that means. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import { requeueOf } from '../../src/controller/outcome.ts';
import { PassBench } from './pass-bench.ts';

const wait = { kind: 'wait', reason: 'NotYet', message: 'not yet', pace: 'slow', stallsAfter: 2 } as const;
const stalled = { kind: 'stalled', reason: 'Never', message: 'change it' } as const;

let bench: PassBench;

beforeEach(() => {
  bench = new PassBench();
  bench.cloud.meanings.set('not_yet', wait).set('never', stalled);
});

describe('a refusal', () => {
  it('comes to what the kind says of it, and no intent is left', async () => {
    bench.make();
    bench.failWith('Make', { reason: 'invalid', code: 'not_yet' });
    expect((await bench.pass()).verdict).toEqual({ ...wait, kind: 'waiting' });
    expect(bench.box.status).not.toHaveProperty('intent');
    expect(bench.box.status).toMatchObject({ state: 'Pending', observedGeneration: 1 });
    expect(findCondition(bench.box.status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'NotYet',
      message: 'not yet',
    });
    expect(bench.cloud.calls.at(-1)).toBe('Make');
  });

  it('is tried again, and over when the cloud accepts', async () => {
    bench.make();
    bench.failWith('Make', { reason: 'denied', code: 'never' });
    expect((await bench.pass()).verdict).toEqual(stalled);
    expect(findCondition(bench.box.status?.conditions, 'Stalled')?.reason).toBe('Never');
    bench.cloud.failures.clear();
    await bench.settle();
    expect(bench.cloud.calls.filter((call) => call === 'Make')).toHaveLength(2);
  });

  it('of a later action leaves what was done before it', async () => {
    bench.make();
    bench.failWith('Label', { reason: 'invalid', code: 'never' });
    expect((await bench.pass()).verdict).toEqual(stalled);
    expect(bench.box.status).toMatchObject({ id: 'box-1' });
    expect(bench.box.status?.plan).toEqual({ total: 1, actions: [{ action: 'label it' }] });
  });

  it('does not hold up what does not depend on it, and is told once nothing else is under way', async () => {
    bench.make();
    await bench.settle();
    bench.cloud.box = { id: 'box-1', size: 1, labelled: false, busy: false };
    bench.edit({ size: 2 });
    bench.failWith('Label', { reason: 'invalid', code: 'not_yet' });
    expect((await bench.pass()).verdict).toEqual({ kind: 'acted', message: 'label it' });
    expect(bench.cloud.box).toMatchObject({ size: 2 });
    expect(bench.box.status?.plan).toEqual({ total: 1, actions: [{ action: 'label it' }] });
    bench.cloud.finish();
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'waiting', reason: 'NotYet' });
  });

  it('of a deletion keeps the object', async () => {
    bench.make();
    await bench.settle();
    bench.failWith('Remove', { reason: 'conflict', code: 'not_yet' });
    bench.kube.delete(bench.key);
    expect(await bench.pass()).toMatchObject({ verdict: { reason: 'NotYet' }, released: false });
    expect(bench.box.metadata.finalizers).toHaveLength(1);
  });

  it.each([
    ['not_yet', 'slow'],
    ['never', 'terminal'],
  ])('with a pause that the cloud asks for keeps it: %s', async (code, pace) => {
    bench.make();
    bench.failWith('Make', { reason: 'invalid', code, retryAfterMs: 7_000 });
    const { verdict } = await bench.pass();
    expect(requeueOf(verdict, 1)).toEqual({ pace, atLeastMs: 7_000 });
  });

  it('of which the kind knows nothing is an error like any other', async () => {
    bench.make();
    bench.failWith('Make', { reason: 'invalid', code: 'bad_request' });
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'failed', failure: { reason: 'invalid' } });
  });
});

it('a refusal of a part of an action is one, too', async () => {
  bench.make();
  bench.failWith('Label', { reason: 'invalid', code: 'never', maybeCommitted: true });
  expect((await bench.pass()).verdict).toEqual(stalled);
});

it('an error after which it may have been carried out is none, whatever its code', async () => {
  bench.make();
  for (const reason of ['unavailable', 'invalid'] as const) {
    bench.failWith('Make', { reason, code: 'never', maybeCommitted: true });
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'failed', failure: { reason } });
    expect(bench.box.status).toHaveProperty('intent');
  }
});

it('a failed observation is none either', async () => {
  bench.make();
  bench.failWith('observe', { reason: 'invalid', code: 'never' });
  expect((await bench.pass()).verdict).toMatchObject({ kind: 'failed', failure: { reason: 'invalid' } });
});
