/** Objects that are observed only, and what an account or the hour does not allow. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../src/controller/conditions.ts';
import { PassBench } from './pass-bench.ts';
import { boxFinalizer } from './toy-kind.ts';

let bench: PassBench;

beforeEach(() => {
  bench = new PassBench();
});

describe('an observed object', () => {
  it('has a complete plan and costs one status write: no finalizer, no intent, no event', async () => {
    bench.make({ managementPolicy: 'Observe' });
    expect((await bench.pass()).verdict).toEqual({ kind: 'differs', message: 'make it; label it' });
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
    expect(bench.kube.calls.map(({ verb }) => verb)).toEqual(['applyStatus']);
    expect(bench.actions).toEqual([]);
    expect(bench.box.metadata.finalizers).toBeUndefined();
    expect(bench.box.status).toMatchObject({
      observedGeneration: 1,
      plan: { total: 2, actions: [{ action: 'make it' }, { action: 'label it' }] },
    });
    expect(bench.box.status).not.toHaveProperty('intent');
    expect(bench.conditions).toEqual(['Ready False Differs']);
  });

  it('is Ready when the cloud matches, whoever made it match', async () => {
    bench.cloud.box = { id: 'box-1', size: 1, labelled: true, busy: false };
    bench.make({ managementPolicy: 'Observe' });
    expect((await bench.pass()).verdict.kind).toBe('settled');
    expect(bench.conditions).toEqual(['Ready True Succeeded']);
    expect(bench.box.status).toMatchObject({ id: 'box-1', state: 'Stable' });
    expect(bench.box.status).not.toHaveProperty('plan');
    expect(bench.box.metadata.finalizers).toBeUndefined();
    expect(bench.cloud.writes).toEqual([]);
  });

  it('gives a plan’s own reason while there is nothing to plan, and no plan of before', async () => {
    bench.make({ managementPolicy: 'Observe' });
    await bench.pass();
    bench.cloud.box = { id: 'box-1', size: 1, labelled: true, busy: true };
    expect((await bench.pass()).verdict.kind).toBe('waiting');
    expect(bench.conditions).toEqual(['Ready False Progressing']);
    expect(bench.box.status).not.toHaveProperty('plan');
  });

  it('is neither stalled nor reconciled when the cloud does not answer', async () => {
    bench.make({ managementPolicy: 'Observe' });
    bench.failWith('observe', { reason: 'invalid' });
    await bench.pass();
    expect(bench.conditions).toEqual(['Ready False Rejected']);
  });

  it('is acted upon once it is managed, and not any more once it is observed again', async () => {
    bench.make({ managementPolicy: 'Observe' });
    await bench.pass();
    bench.edit({ managementPolicy: 'Manage' });
    await bench.settle();
    expect(bench.box.metadata.finalizers).toEqual([boxFinalizer]);
    expect(bench.box.status).not.toHaveProperty('plan');
    bench.cloud.calls.length = 0;
    bench.edit({ managementPolicy: 'Observe', size: 2 });
    expect((await bench.pass()).verdict).toEqual({ kind: 'differs', message: 'resize it' });
    expect(bench.cloud.writes).toEqual([]);
  });

  it('goes without a call to the cloud when it is deleted, though it was managed before', async () => {
    bench.make();
    await bench.settle();
    bench.edit({ managementPolicy: 'Observe' });
    bench.kube.delete(bench.key);
    bench.cloud.calls.length = 0;
    expect((await bench.pass()).released).toBe(true);
    expect(bench.cloud.calls).toEqual([]);
    expect(bench.kube.read(bench.key)).toBeUndefined();
  });

  it('stays while it is suspended, also when deleted', async () => {
    bench.make({}, { finalizers: [boxFinalizer] });
    bench.edit({ managementPolicy: 'Observe', suspend: true });
    bench.kube.delete(bench.key);
    expect((await bench.pass()).verdict.kind).toBe('paused');
  });

  it('is what a dry run makes of every object, whatever it says itself', async () => {
    bench.dryRun = true;
    bench.make();
    expect((await bench.pass()).verdict.kind).toBe('differs');
    expect(bench.conditions).toEqual(['Ready False Differs']);
    expect(bench.kube.calls.map(({ verb }) => verb)).toEqual(['applyStatus']);
    expect(bench.box.spec.managementPolicy).toBe('Manage');
    bench.dryRun = false;
    await bench.settle();
    expect(bench.conditions).toEqual(['Ready True Succeeded']);
  });
});

describe('the plan in the status of a managed object', () => {
  it('is stored with the intent, whole, and gone when nothing is left', async () => {
    bench.make();
    await bench.pass();
    const [intended, concluded] = bench.kube.calls.filter(({ verb }) => verb === 'applyStatus');
    expect(intended?.status).toMatchObject({ plan: { total: 2 } });
    expect(concluded?.status).not.toHaveProperty('plan');
  });

  it('is what is left when an action fails', async () => {
    bench.make();
    bench.failWith('Label', { reason: 'denied' });
    await bench.pass();
    expect(bench.box.status?.plan).toEqual({ total: 1, actions: [{ action: 'label it' }] });
    bench.cloud.failures.clear();
    await bench.settle();
    expect(bench.box.status).not.toHaveProperty('plan');
  });

  it('costs no status write of its own', async () => {
    bench.make();
    await bench.settle();
    const statuses = bench.kube.calls
      .filter(({ verb }) => verb === 'applyStatus')
      .map(({ status }) => status);
    const without = statuses.map((status) => JSON.stringify({ ...(status as object), plan: undefined }));
    expect(new Set(without).size).toBe(without.length);
  });
});

describe('a verb that the account does not allow', () => {
  it('ends the pass before any write, and names account, verb and who can change it', async () => {
    bench.make();
    bench.cloud.forbidden.add('create');
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'stalled', reason: 'NotAllowed' });
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
    expect(bench.box.metadata.finalizers).toBeUndefined();
    const stalled = findCondition(bench.box.status?.conditions, 'Stalled');
    expect(stalled?.message).toBe(
      "account default does not allow create, which this takes: make it; its owner can add create to allowedVerbs in the operator's configuration",
    );
    expect(bench.box.status?.plan?.total).toBe(2);
  });

  it('holds a deletion, and lets everything through that does without the verb', async () => {
    bench.make();
    await bench.settle();
    bench.cloud.forbidden.add('create').add('delete');
    bench.edit({ size: 2 });
    await bench.pass();
    bench.cloud.finish();
    expect((await bench.pass()).verdict.kind).toBe('settled');
    bench.kube.delete(bench.key);
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'stalled', reason: 'NotAllowed' });
    expect(bench.cloud.writes).not.toContain('Remove');
    bench.cloud.forbidden.clear();
    await bench.pass();
    expect(bench.cloud.writes).toContain('Remove');
  });

  it('is no obstacle to an observed object’s plan', async () => {
    bench.make({ managementPolicy: 'Observe' });
    bench.cloud.forbidden.add('create');
    expect((await bench.pass()).verdict.kind).toBe('differs');
  });
});

describe('a deletion that the hour does not allow', () => {
  it('is stalled before it is sent, with its plan, and follows when the hour allows it', async () => {
    for (const size of [1, 2]) {
      bench.make({ size });
      await bench.settle();
      bench.kube.delete(bench.key);
      await bench.pass();
      if (size === 1) {
        bench.cloud.finish();
        await bench.pass();
      }
    }
    expect(bench.cloud.writes.filter((call) => call === 'Remove')).toHaveLength(1);
    expect(findCondition(bench.box.status?.conditions, 'Stalled')).toMatchObject({
      reason: 'BudgetExceeded',
      message: expect.stringMatching(/^not yet: remove it; 1 deletions in the last hour .* at 2026-/),
    });
    expect(bench.box.status?.plan).toEqual({
      total: 1,
      actions: [{ action: 'remove it', destructive: true, irreversible: true }],
    });
    await bench.clock.advance(3_600_000);
    await bench.pass();
    bench.cloud.finish();
    expect((await bench.pass()).released).toBe(true);
  });
});
