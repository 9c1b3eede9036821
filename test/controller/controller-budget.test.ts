/** Deletions that the hour does not allow, under a controller; and a dry run. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { boxFinalizer } from './toy-kind.ts';
import { ControllerBench } from './controller-bench.ts';

const box = { id: 'box-1', size: 1, labelled: true, busy: false };

let bench: ControllerBench;

beforeEach(() => {
  bench = new ControllerBench({ deletesPerHour: 1 });
});

afterEach(async () => {
  await bench.stop();
  await bench.ended();
});

async function remove(name: string): Promise<void> {
  bench.cloud.box = box;
  bench.make(name, {}, [boxFinalizer]);
  bench.kube.delete(`default/${name}`);
  await bench.deliver(`default/${name}`);
}

function removals(): number {
  return bench.cloud.calls.filter((call) => call === 'Remove').length;
}

describe('a deletion beyond the budget', () => {
  it('comes back by itself when the hour allows it, no sooner', async () => {
    await remove('first');
    await remove('second');
    expect(removals()).toBe(1);
    await bench.clock.advance(3_600_000 - 1);
    const looks = bench.observations;
    expect(removals()).toBe(1);
    await bench.clock.advance(1);
    expect(removals()).toBe(2);
    expect(bench.observations).toBeGreaterThan(looks);
  });

  it('moves up by itself when one before it is not to be deleted any more', async () => {
    await remove('first');
    await remove('second');
    await remove('third');
    bench.kube.edit('default/second', (spec) => ({ ...spec, suspend: true }));
    await bench.deliver('default/second');
    await bench.clock.advance(3_600_000);
    expect(removals()).toBe(2);
    expect(bench.kube.read('default/second')?.status?.state).toBe('Paused');
  });

  it('tells once that it waits', async () => {
    await remove('first');
    await remove('second');
    await bench.deliver('default/second');
    expect(bench.events.filter(({ reason }) => reason === 'BudgetExceeded')).toHaveLength(1);
  });
});

describe('a dry run', () => {
  it('changes nothing and tells nothing', async () => {
    await bench.stop();
    bench = new ControllerBench({ dryRun: true });
    bench.make();
    await bench.deliver();
    expect(bench.readyReason).toBe('Differs');
    expect(bench.cloud.calls).toEqual(['session', 'observe']);
    expect(bench.events).toEqual([]);
  });
});
