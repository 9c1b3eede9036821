import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CloudError } from '../../src/cloud/errors.ts';
import { type BudgetRefusal, ChangeBudget } from '../../src/controller/change-budget.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { FakeClock } from '../lib/fake-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let clock: FakeClock;
let budget: ChangeBudget;
/** Who deleted, in order. */
let deleted: string[];

beforeEach(() => {
  clock = new FakeClock(Date.UTC(2026, 0, 1, 12));
  budget = new ChangeBudget(clock, { deletesPerHour: 2 });
  deleted = [];
});

async function ask(asker: string, error?: Error): Promise<BudgetRefusal | undefined> {
  return budget.spend(asker, async () => {
    deleted.push(asker);
    if (error !== undefined) {
      throw error;
    }
  });
}

/** The minutes until its turn, as it is told; 0 when it had it. */
async function spend(asker: string, error?: Error): Promise<number> {
  const refusal = await ask(asker, error);
  const [, due] = /possible at (\S+)$/.exec(refusal?.message ?? '') ?? [];
  return due === undefined ? 0 : (Date.parse(due) - clock.now()) / minuteMs;
}

async function fail(asker: string, error: Error): Promise<void> {
  await expect(spend(asker, error)).rejects.toBe(error);
}

describe('the change budget', () => {
  it('allows so many deletions in any hour, and tells when the next is possible', async () => {
    await spend('a');
    await clock.advance(10 * minuteMs);
    await spend('b');
    await clock.advance(20 * minuteMs);
    expect(await spend('c')).toBe(30);
    expect(await spend('d')).toBe(40);
    await clock.advance(30 * minuteMs);
    expect(await spend('c')).toBe(0);
    expect(await spend('d')).toBe(10);
    expect(deleted).toEqual(['a', 'b', 'c']);
  });

  it('says how many there were, how many come first, what the limit is and when the turn comes', async () => {
    await spend('a');
    await clock.advance(90_500);
    await spend('b');
    await spend('c');
    const refusal = await ask('d');
    expect(refusal?.message).toBe(
      '2 deletions in the last hour and 1 waiting before this one, of at most 2 an hour ' +
        '(changeBudget.deletesPerHour); next possible at 2026-01-01T13:02Z',
    );
  });

  it('gives turns in the order of asking, hours ahead, whoever comes in between', async () => {
    await spend('a');
    await spend('b');
    const turns: number[] = [];
    for (const asker of ['c', 'd', 'e', 'f', 'g']) {
      turns.push((await spend(asker)) / 60);
    }
    expect(turns).toEqual([1, 1, 2, 2, 3]);
    expect((await ask('c'))?.againInMs).toBe(hourMs);
    expect((await ask('g'))?.againInMs).toBe(hourMs);
    await clock.advance(hourMs);
    expect(await spend('late')).toBe(120);
    expect(await spend('d')).toBe(0);
    expect(await spend('c')).toBe(0);
    expect(await spend('e')).toBe(60);
  });

  it('lets those behind move up when somebody does not want to any more', async () => {
    await spend('a');
    await spend('b');
    await spend('c');
    await spend('d');
    expect(await spend('e')).toBe(120);
    budget.forget('c');
    expect(await spend('e')).toBe(60);
    budget.forget('nobody');
  });

  it('does not count what was certainly not sent', async () => {
    const refused = new CloudError('no', { reason: 'conflict', operation: 'delete' });
    await fail('a', refused);
    await fail('a', new KubeError('no', { reason: 'conflict' }));
    await spend('a');
    await spend('b');
    expect(await spend('c')).toBe(60);
  });

  it('counts a deletion without an answer once, however often it is repeated', async () => {
    const lost = new CloudError('no', { reason: 'unavailable', operation: 'delete', maybeCommitted: true });
    await fail('a', lost);
    await fail('a', lost);
    await spend('a');
    expect(await spend('b')).toBe(0);
    expect(await spend('a')).toBe(60);
  });

  it('counts by time that passes, not by what the clock is set to', async () => {
    await spend('a');
    await spend('b');
    clock.step(24 * hourMs);
    expect(await spend('c')).toBe(60);
    clock.step(-48 * hourMs);
    expect(await spend('c')).toBe(60);
  });

  it('never lets more through in any hour, and everybody who comes back when told gets a turn', async () => {
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 8 })), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), asks, async (deletesPerHour, steps) => {
        clock = new FakeClock();
        budget = new ChangeBudget(clock, { deletesPerHour });
        const times: number[] = [];
        const waiting = new Map<string, number>();
        const again = async (asker: string): Promise<void> => {
          const refusal = await budget.spend(asker, async () => void times.push(clock.monotonic()));
          if (refusal === undefined) {
            waiting.delete(asker);
          } else {
            waiting.set(asker, clock.monotonic() + refusal.againInMs);
          }
        };
        for (const [minutes, asker] of steps) {
          await clock.advance(minutes * minuteMs);
          await again(`asker-${asker}`);
        }
        for (let rounds = 0; waiting.size > 0 && rounds < 100; rounds += 1) {
          const [next = '', dueMs = 0] = [...waiting].toSorted(([, a], [, b]) => a - b)[0] ?? [];
          await clock.advance(Math.max(0, dueMs - clock.monotonic()));
          await again(next);
        }
        expect(waiting.size).toBe(0);
        for (const [index, time] of times.entries()) {
          expect(time - (times[index - deletesPerHour] ?? -hourMs)).toBeGreaterThanOrEqual(hourMs);
        }
      }),
      { numRuns: 30 },
    );
  });
});
