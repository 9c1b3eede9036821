import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CloudError, type CloudErrorReason } from '../../src/cloud/errors.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { ControllerBench } from './controller-bench.ts';

let bench: ControllerBench;

beforeEach(() => {
  bench = new ControllerBench();
});

afterEach(async () => {
  await bench.stop();
  await bench.ended();
});

function fail(reason: CloudErrorReason, retryAfterMs?: number): void {
  const fields = { reason, operation: 'observe', ...(retryAfterMs !== undefined && { retryAfterMs }) };
  bench.cloud.failures.set('observe', { error: new CloudError('no', fields) });
}

function failKube(): never {
  throw new KubeError('connection reset', { reason: 'unavailable' });
}

describe('retries', () => {
  it.each<[CloudErrorReason, readonly number[]]>([
    ['unavailable', [1, 2, 4, 8, 16, 32, 64, 120, 120]],
    ['conflict', [1, 2, 4]],
    ['unknown', [1, 2, 4]],
    ['denied', [1, 2, 600, 1_200]],
    ['absent', [1, 2, 600, 1_200]],
    ['invalid', [600, 1_200, 2_400, 4_800, 9_600, 19_200, 21_600, 21_600]],
  ])('of %s', async (reason, expected) => {
    fail(reason);
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(expected.length)).toEqual(expected);
  });

  it('wait at least as long as the cloud asks for', async () => {
    fail('throttled', 45_000);
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(2)).toEqual([45, 45]);
  });

  it('wait at least as long as the API server asks for', async () => {
    bench.kube.before = async () => {
      throw new KubeError('slow down', { reason: 'throttled', status: 429, retryAfterMs: 45_000 });
    };
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(2)).toEqual([45, 45]);
  });

  it('go on growing when the cause changes, while patience begins afresh', async () => {
    fail('unavailable');
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(3)).toEqual([1, 2, 4]);
    fail('denied');
    await bench.pauses(1);
    expect(bench.readyReason).toBe('AccessDenied');
    expect(await bench.pauses(3)).toEqual([16, 32, 600]);
  });

  it('of a stalled object happen at once when its spec changes, and with new patience', async () => {
    fail('invalid');
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(1)).toEqual([600]);
    bench.cloud.failures.clear();
    bench.edit({ size: 2 });
    await bench.deliver();
    expect(bench.readyReason).toBe('Progressing');
    expect(await bench.pauses(2)).toEqual([5, 10]);
  });

  it('of a stalled object happen when its spec changed while nobody watched', async () => {
    fail('invalid');
    bench.make();
    await bench.deliver();
    await bench.pauses(3);
    bench.edit({ size: 2 });
    await bench.list(bench.kube.known(bench.key));
    expect(await bench.pauses(1)).toEqual([600]);
  });

  it('happen when the Kubernetes API fails, too, also right after the cloud did', async () => {
    bench.kube.before = async () => failKube();
    bench.make();
    await bench.deliver();
    expect(await bench.pauses(2)).toEqual([1, 2]);
    fail('denied');
    bench.kube.before = async ({ verb }) => (verb === 'applyStatus' ? failKube() : undefined);
    expect(await bench.pauses(3)).toEqual([4, 8, 16]);
    bench.kube.before = async () => {};
    bench.cloud.failures.clear();
    await bench.pauses(1);
    expect(bench.cloud.box).toBeDefined();
  });
});
