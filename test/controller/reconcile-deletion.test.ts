/** When an object that is being deleted goes, and what holds it. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { PassBench } from './pass-bench.ts';
import { boxFinalizer } from './toy-kind.ts';

let bench: PassBench;

beforeEach(() => {
  bench = new PassBench();
});

describe('an observed object whose make was never answered', () => {
  beforeEach(async () => {
    bench.make();
    bench.failWith('Make', { reason: 'unavailable', maybeCommitted: true }, true);
    await bench.pass();
    bench.edit({ managementPolicy: 'Observe' });
    bench.kube.delete(bench.key);
    bench.cloud.calls.length = 0;
  });

  it('goes only once it is known, and stored, what came of it', async () => {
    expect((await bench.pass()).verdict).toMatchObject({ kind: 'waiting', reason: 'Deleting' });
    expect(bench.box.status).toMatchObject({ id: 'box-1' });
    expect(bench.box.status).not.toHaveProperty('intent');
    expect((await bench.pass()).released).toBe(true);
    expect(bench.cloud.writes).toEqual([]);
  });

  it('goes at once when nothing came of it', async () => {
    bench.cloud.box = undefined;
    expect((await bench.pass()).released).toBe(true);
  });

  it('stays while the cloud does not tell', async () => {
    bench.failWith('observe', { reason: 'unavailable' });
    expect((await bench.pass()).verdict.kind).toBe('failed');
    expect(bench.box.status).toHaveProperty('intent');
  });
});

describe('a dry run of an object that is being deleted', () => {
  beforeEach(async () => {
    bench.make();
    await bench.settle();
    bench.kube.delete(bench.key);
    bench.cloud.calls.length = 0;
    bench.dryRun = true;
  });

  it('holds it, and what it has in the cloud follows when the dry run is over', async () => {
    expect((await bench.pass()).released).toBe(false);
    expect(bench.conditions).toEqual(['Ready False Paused']);
    expect(bench.cloud.calls).toEqual([]);
    bench.dryRun = false;
    await bench.pass();
    expect(bench.cloud.writes).toEqual(['Remove']);
  });

  it('lets go of what is only observed anyway', async () => {
    bench.edit({ managementPolicy: 'Observe' });
    expect((await bench.pass()).released).toBe(true);
    expect(bench.cloud.calls).toEqual([]);
  });
});

describe('a deletion that is refused', () => {
  const wayOut = /; or managementPolicy Observe lets this object go and leaves what it has in the cloud$/;

  it('for want of an account names the way out', async () => {
    bench.make({}, { namespace: 'forbidden', finalizers: [boxFinalizer] });
    const key = 'forbidden/box';
    bench.kube.delete(key);
    const { verdict } = await bench.pass(key);
    expect(verdict).toMatchObject({ kind: 'stalled', message: expect.stringMatching(wayOut) });
  });

  it('for want of the verb names one that needs none', async () => {
    bench.make();
    await bench.settle();
    bench.kube.delete(bench.key);
    bench.cloud.forbidden.add('delete');
    expect((await bench.pass()).verdict).toMatchObject({
      message:
        "account default does not allow delete, which this takes: remove it; its owner can add delete to allowedVerbs in the operator's configuration; or deletionPolicy Retain lets this object go and leaves what it has in the cloud",
    });
  });

  it('since the account has changed names the way out', async () => {
    bench.make();
    await bench.settle();
    bench.kube.delete(bench.key);
    bench.cloud.accountID = 'account-2';
    const { verdict } = await bench.pass();
    expect(verdict).toMatchObject({ reason: 'AccountChanged', message: expect.stringMatching(wayOut) });
  });
});
