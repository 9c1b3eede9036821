import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import { PassBench } from './pass-bench.ts';
import { boxFinalizer } from './toy-kind.ts';

let bench: PassBench;

beforeEach(() => {
  bench = new PassBench();
});

describe('a creation', () => {
  it('has the finalizer and the stored intent before the first write to the cloud', async () => {
    bench.make();
    await bench.pass();
    expect(bench.kube.calls.map(({ verb }) => verb)).toEqual([
      'patchFinalizers',
      'applyStatus',
      'get',
      'applyStatus',
    ]);
    expect(bench.cloud.calls).toEqual(['session', 'observe', 'Make', 'Label']);
    expect(bench.box.metadata.finalizers).toEqual([boxFinalizer]);
  });

  it('stores the intent with the version that the pass decided on, and concludes nothing by it', async () => {
    bench.make();
    await bench.pass();
    const [stored, concluded] = bench.kube.calls.filter(({ verb }) => verb === 'applyStatus');
    expect(stored?.resourceVersion).toBe('102');
    expect(stored?.status).toMatchObject({
      intent: 'size 1',
      observedGeneration: -1,
      accountID: 'account-1',
      region: 'us-south',
    });
    expect(concluded?.resourceVersion).toBe('103');
    expect(concluded?.status).not.toHaveProperty('intent');
    expect(concluded?.status).toMatchObject({ id: 'box-1', observedGeneration: 1 });
  });

  it('is complete when the cloud is, and then costs nothing more', async () => {
    bench.make();
    await bench.settle();
    const writes = bench.kube.calls.length;
    expect(findCondition(bench.box.status?.conditions, 'Ready')?.status).toBe('True');
    await bench.pass();
    expect(bench.kube.calls).toHaveLength(writes);
    expect(bench.cloud.calls.at(-1)).toBe('observe');
  });

  it('tells the store of every write of its own', async () => {
    bench.make();
    await bench.pass();
    expect(bench.learned.map(({ metadata }) => metadata.resourceVersion)).toEqual(['102', '103', '104']);
  });

  it('reports its actions once each was carried out', async () => {
    bench.make();
    bench.failWith('Label', {});
    await bench.pass();
    expect(bench.actions.map(({ kind }) => kind)).toEqual(['Make']);
  });
});

describe('an intent', () => {
  it('that could not be stored sends nothing', async () => {
    bench.make();
    bench.kube.before = async ({ verb, resourceVersion }) => {
      if (verb === 'applyStatus' && resourceVersion !== undefined) {
        bench.kube.annotate(bench.key, { touched: 'meanwhile' });
      }
    };
    await expect(bench.pass()).rejects.toMatchObject({ reason: 'conflict' });
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
  });

  it('that reads otherwise than it was stored sends nothing', async () => {
    bench.make();
    bench.kube.before = async ({ verb }) => {
      if (verb === 'get') {
        bench.kube.delete(bench.key);
      }
    };
    await expect(bench.pass()).rejects.toMatchObject({ name: 'IntentLost' });
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
  });

  it('is taken back when nothing was sent, so that nobody waits for what it might have made', async () => {
    bench.make();
    bench.kube.before = async ({ verb }) => {
      if (verb === 'get') {
        bench.kube.before = async () => {};
        bench.edit({ size: 2 });
      }
    };
    await expect(bench.pass()).rejects.toMatchObject({ name: 'IntentLost' });
    expect(bench.box.status).toEqual({ observedGeneration: -1 });
    await bench.settle();
    expect(bench.box.status).toMatchObject({ id: 'box-1', observedGeneration: 2 });
  });

  it('is dropped at once when the cloud refused the action', async () => {
    bench.make();
    bench.failWith('Make', { reason: 'conflict', status: 409 });
    const { verdict } = await bench.pass();
    expect(verdict).toMatchObject({ kind: 'failed', failure: { reason: 'conflict' } });
    expect(bench.box.status).not.toHaveProperty('intent');
  });

  it.each([false, true])('outlives a lost answer (carried out: %s)', async (committed) => {
    bench.make();
    bench.failWith('Make', { maybeCommitted: true }, committed);
    await bench.pass();
    expect(bench.box.status).toMatchObject({ intent: 'size 1', observedGeneration: -1 });
  });

  it('outlives a failure that nobody foresaw', async () => {
    bench.make();
    bench.cloud.failures.set('Make', { error: new TypeError('x is not a function'), committed: true });
    const { verdict } = await bench.pass();
    expect(verdict).toMatchObject({ kind: 'failed', failure: { reason: 'unknown' } });
    expect(bench.box.status).toMatchObject({ intent: 'size 1' });
  });

  it('does not come back by the lost answer of a later action, and what was made is not forgotten', async () => {
    bench.make();
    bench.failWith('Label', { maybeCommitted: true });
    await bench.pass();
    expect(bench.box.status).toMatchObject({ id: 'box-1' });
    expect(bench.box.status).not.toHaveProperty('intent');
  });
});
