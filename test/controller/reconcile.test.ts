import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { PassBench } from './pass-bench.ts';
import { boxFinalizer } from './toy-kind.ts';

let bench: PassBench;

beforeEach(() => {
  bench = new PassBench();
});

describe('a change', () => {
  beforeEach(async () => {
    bench.make();
    await bench.settle();
    bench.cloud.calls.length = 0;
  });

  it('is observed again after an action that the cloud works on', async () => {
    bench.edit({ size: 2 });
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'waiting', reason: 'Progressing' });
    expect(bench.box.status).toMatchObject({ size: 2, state: 'Updating', observedGeneration: 2 });
    expect((await bench.pass()).verdict.kind).toBe('waiting');
    bench.cloud.finish();
    expect((await bench.pass()).verdict.kind).toBe('settled');
    expect(bench.cloud.calls.filter((call) => call === 'Resize')).toHaveLength(1);
  });

  it('keeps what was known when the cloud does not answer', async () => {
    bench.failWith('observe', {});
    const { conditions: _, ...before } = bench.box.status ?? {};
    await bench.pass();
    expect(bench.box.status).toMatchObject(before);
    expect(findCondition(bench.box.status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'Unavailable',
    });
  });

  it('says that it failed, and why in the log only, when nobody foresaw how', async () => {
    bench.cloud.failures.set('observe', { error: new TypeError('secret is not a function') });
    const { verdict } = await bench.pass();
    expect(verdict).toMatchObject({ kind: 'failed', failure: { reason: 'unknown' } });
    expect(findCondition(bench.box.status?.conditions, 'Ready')?.reason).toBe('InternalError');
    expect(JSON.stringify(bench.box.status)).not.toContain('secret');
  });

  it('throws what the Kubernetes API failed at, for there is no telling it in the status', async () => {
    bench.edit({ size: 2 });
    bench.kube.before = async () => {
      throw new KubeError('gone fishing', { reason: 'unavailable' });
    };
    await expect(bench.pass()).rejects.toMatchObject({ message: 'gone fishing' });
  });

  it('ends with its signal, without a word in the status', async () => {
    const stop = new AbortController();
    bench.cloud.before = async () => stop.abort(new Error('stopping'));
    bench.failWith('observe', {});
    const writes = bench.kube.calls.length;
    await expect(bench.pass(bench.key, stop.signal)).rejects.toThrow('stopping');
    expect(bench.kube.calls).toHaveLength(writes);
  });
});

describe('a refusal', () => {
  it('because of the namespace comes before any call, finalizer included', async () => {
    bench.make({}, { namespace: 'forbidden' });
    const { verdict } = await bench.pass('forbidden/box');
    expect(verdict).toMatchObject({ kind: 'stalled', reason: 'NotAllowed' });
    expect(bench.cloud.calls).toEqual([]);
    expect(bench.kube.known('forbidden/box').metadata.finalizers).toBeUndefined();
  });

  it('because of a suspension comes before any call, also for a deletion', async () => {
    bench.make();
    await bench.settle();
    bench.edit({ suspend: true, size: 9 });
    bench.kube.delete(bench.key);
    bench.cloud.calls.length = 0;
    expect((await bench.pass()).verdict.kind).toBe('paused');
    expect(bench.cloud.calls).toEqual([]);
    expect(bench.box.status).toMatchObject({ state: 'Paused', id: 'box-1', observedGeneration: 3 });
    expect(bench.box.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('because the credentials are another account’s leaves the resource alone', async () => {
    bench.make();
    await bench.settle();
    bench.cloud.accountID = 'account-2';
    bench.cloud.calls.length = 0;
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'stalled', reason: 'AccountChanged' });
    expect(bench.cloud.calls).toEqual(['session']);
    expect(bench.box.status).toMatchObject({ id: 'box-1', accountID: 'account-1' });
  });

  it('because the spec names another region than the resource lives in', async () => {
    bench.make();
    await bench.settle();
    bench.edit({ region: 'eu-de' });
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'stalled', reason: 'AccountChanged' });
    expect(bench.box.status?.region).toBe('us-south');
  });
});

describe('a deletion', () => {
  it('takes the resource along before the finalizer goes', async () => {
    bench.make();
    await bench.settle();
    bench.kube.delete(bench.key);
    expect((await bench.pass()).released).toBe(false);
    expect(bench.box.status?.conditions?.[0]).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'Deleting',
    });
    bench.cloud.finish();
    const { released, verdict } = await bench.pass();
    expect([released, verdict.kind]).toEqual([true, 'settled']);
    expect(bench.kube.read(bench.key)).toBeUndefined();
  });

  it('of what was never made needs no more than a look', async () => {
    bench.make({}, { finalizers: [boxFinalizer] });
    bench.kube.delete(bench.key);
    expect((await bench.pass()).released).toBe(true);
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
  });

  it('leaves the finalizers of others in place', async () => {
    bench.make({}, { finalizers: ['other', boxFinalizer] });
    bench.kube.delete(bench.key);
    await bench.pass();
    expect(bench.box.metadata.finalizers).toEqual(['other']);
  });

  it('does not set the finalizer again', async () => {
    bench.make({}, { finalizers: ['other'] });
    bench.kube.delete(bench.key);
    bench.failWith('observe', {});
    await bench.pass();
    expect(bench.kube.calls.map(({ verb }) => verb)).toEqual(['applyStatus']);
  });
});

/** Lets so many changes pass. */
function loseAfter(changes: number): void {
  let left = changes;
  bench.fence = () => {
    left -= 1;
    if (left < 0) {
      throw new Error('leadership lost');
    }
  };
}

function changesMade(): readonly string[] {
  return [
    ...bench.kube.calls.map(({ verb }) => verb).filter((verb) => verb !== 'get'),
    ...bench.cloud.calls.filter((call) => call !== 'session' && call !== 'observe'),
  ];
}

describe('a process that may no longer lead', () => {
  it.each([0, 1, 2, 3, 4, 5])(
    'changes nothing any more, as soon as it is told: after %i questions',
    async (asked) => {
      bench.make();
      const counts: number[] = [];
      loseAfter(asked);
      const { fence } = bench;
      bench.fence = () => {
        counts.push(changesMade().length);
        fence();
      };
      await bench.pass().catch(() => undefined);
      // Between two questions there is at most one change, and none after the last.
      expect(counts.every((count, index) => count - (counts[index - 1] ?? 0) <= 1)).toBe(true);
      expect(changesMade()).toHaveLength(counts.at(-1) ?? -1);
    },
  );
});
