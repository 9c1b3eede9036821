import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { settle } from '../lib/fake-clock.ts';
import { ControllerBench } from './controller-bench.ts';
import { boxAnnotation, boxFinalizer, boxManifest, boxType } from './toy-kind.ts';

let bench: ControllerBench;

beforeEach(() => {
  bench = new ControllerBench();
});

afterEach(async () => {
  await bench.stop();
  await bench.ended();
});

async function settled(): Promise<void> {
  bench.make();
  await bench.deliver();
  bench.cloud.finish();
  await bench.clock.advance(5_000);
  await bench.deliver();
  expect(bench.readyReason).toBe('Succeeded');
}

describe('an undisturbed lifecycle', () => {
  it('has three bench.events, and no pass that nothing asked for', async () => {
    await settled();
    const passes = bench.observations;
    await bench.clock.advance(24 * 3_600_000);
    expect(bench.observations).toBe(passes);
    bench.kube.delete(bench.key);
    await bench.deliver();
    bench.cloud.finish();
    await bench.clock.advance(5_000);
    expect(bench.kube.read(bench.key)).toBeUndefined();
    expect(bench.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Normal Creating',
      'Normal Succeeded',
      'Normal Deleting',
    ]);
  });

  it('needs a pass to make and a pass to see: the echo of our own writes is none', async () => {
    bench.make();
    await bench.deliver();
    await bench.deliver();
    expect(bench.observations).toBe(1);
    bench.cloud.finish();
    await bench.clock.advance(5_000);
    await bench.deliver();
    expect(bench.observations).toBe(2);
  });
});

it('passes over an object whose annotation means something to the kind, and no other', async () => {
  await settled();
  const passes = bench.observations;
  bench.kube.annotate(bench.key, { note: 'to self' });
  await bench.deliver();
  expect(bench.observations).toBe(passes);
  bench.kube.annotate(bench.key, { [boxAnnotation]: 'elsewhere' });
  await bench.deliver();
  expect(bench.observations).toBe(passes + 1);
});

describe('order', () => {
  it('puts what somebody just changed before the list and before the drifted, also in the cloud', async () => {
    await bench.stop();
    bench = new ControllerBench({ workers: 1 });
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    bench.cloud.before = async ({ metadata }, { priority }) => {
      order.push(`${metadata.name} ${priority}`);
      await gate.promise;
    };
    await bench.list(...['listed-1', 'listed-2', 'drifted'].map((name) => bench.make(name)));
    bench.controller.offer('default/drifted');
    bench.make('edited');
    await bench.deliver('default/edited');
    gate.resolve();
    await bench.clock.advance(100);
    expect(order).toEqual([
      'listed-1 background',
      'edited user',
      'listed-2 background',
      'drifted background',
    ]);
  });

  it('keeps one key to one worker, and repeats what changed meanwhile', async () => {
    let atOnce = 0;
    let most = 0;
    let gate = Promise.withResolvers<void>();
    bench.cloud.before = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await gate.promise;
      atOnce -= 1;
    };
    bench.make();
    await bench.deliver();
    for (const size of [2, 3, 4]) {
      bench.edit({ size });
      await bench.deliver();
    }
    expect(bench.observations).toBe(0);
    gate.resolve();
    gate = Promise.withResolvers<void>();
    gate.resolve();
    await bench.clock.advance(0);
    expect(most).toBe(1);
    expect(bench.observations).toBeGreaterThanOrEqual(2);
    bench.cloud.finish();
    await bench.clock.advance(60_000);
    bench.cloud.finish();
    await bench.clock.advance(60_000);
    expect(bench.cloud.box?.size).toBe(4);
  });

  it('works on several keys at once', async () => {
    const gate = Promise.withResolvers<void>();
    const begun: string[] = [];
    bench.cloud.before = async ({ metadata }) => {
      begun.push(metadata.name);
      await gate.promise;
    };
    for (const name of ['a', 'b', 'c']) {
      bench.make(name);
      await bench.deliver(`default/${name}`);
    }
    expect(begun).toEqual(['a', 'b', 'c']);
    gate.resolve();
    await settle();
  });
});

describe('what needs no work', () => {
  it('is an object that went before its pass', async () => {
    bench.make();
    const object = bench.kube.known(bench.key);
    bench.kube.delete(bench.key);
    bench.controller.take({ type: 'apply', object });
    bench.controller.take({ type: 'delete', object });
    bench.controller.offer(bench.key);
    await settle();
    expect(bench.cloud.calls).toEqual([]);
  });

  it('is an object on its way out that has none of our finalizers', async () => {
    const metadata = { finalizers: ['other'], deletionTimestamp: '2026-01-01T00:00:00Z' };
    bench.kube.make(boxManifest({ metadata }));
    await bench.deliver();
    expect(bench.cloud.calls).toEqual([]);
    expect(bench.clock.delaysMs).toEqual([]);
  });

  it('is a finalizer of ours that nobody took; one that somebody took is set again', async () => {
    await settled();
    const { signal } = new AbortController();
    await bench.kube.patchFinalizers(boxType, bench.kube.known(bench.key), [], signal);
    await bench.deliver();
    expect(bench.kube.read(bench.key)?.metadata.finalizers).toEqual([boxFinalizer]);
  });
});

describe('stopping', () => {
  it('ends after the passes under way', async () => {
    await bench.stop();
    bench = new ControllerBench({ passes: new AbortController().signal });
    const gate = Promise.withResolvers<void>();
    bench.cloud.before = async () => gate.promise;
    bench.make();
    await bench.deliver();
    await bench.stop();
    gate.resolve();
    await bench.ended();
    expect(bench.kube.read(bench.key)?.status?.id).toBe('box-1');
  });

  it('ends at once when it had already been asked for', async () => {
    const aborted = AbortSignal.abort();
    await bench.controller.run(aborted, { signal: aborted, fence: () => {} });
    expect(bench.cloud.calls).toEqual([]);
  });
});
