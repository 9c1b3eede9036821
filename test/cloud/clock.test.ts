/** The settable clock, on top of one that never moves by itself. */
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../lib/fake-clock.ts';
import { SettableClock } from './clock.ts';

describe('a settable clock', () => {
  it('runs along with its base, also while it is ahead', async () => {
    const base = new FakeClock(0);
    const clock = new SettableClock(base);
    clock.advance(100);
    await base.advance(10);
    expect(clock.now()).toBe(110);
  });

  it('fires timers in order, each at its own time, before advance returns', () => {
    const clock = new SettableClock(new FakeClock(0));
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name}@${clock.now()}`);
    clock.setTimer(30, note('late'));
    clock.setTimer(10, () => {
      note('early')();
      clock.setTimer(5, note('made on the way'));
    });
    clock.setTimer(10, note('same time, later made'));
    clock.advance(30);
    expect(fired).toEqual(['early@10', 'same time, later made@10', 'made on the way@15', 'late@30']);
  });

  it('fires by itself as its base moves', async () => {
    const base = new FakeClock(0);
    const clock = new SettableClock(base);
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    clock.setTimer(20, () => fired.push(clock.now())).cancel();
    await base.advance(50);
    expect(fired).toEqual([10]);
  });

  it('stands still while frozen, but still fires what is due at once', async () => {
    const base = new FakeClock(0);
    const clock = new SettableClock(base);
    const fired: string[] = [];
    clock.freeze();
    clock.setTimer(10, () => fired.push('later'));
    clock.setTimer(0, () => fired.push('now'));
    await base.advance(50);
    expect([clock.now(), fired]).toEqual([0, ['now']]);
    clock.resume();
    await base.advance(10);
    expect([clock.now(), fired]).toEqual([10, ['now', 'later']]);
  });

  it('can be set back, which fires nothing and postpones the rest', async () => {
    const base = new FakeClock(1_000);
    const clock = new SettableClock(base);
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    clock.set(500);
    await base.advance(509);
    expect(fired).toEqual([]);
    await base.advance(1);
    expect(fired).toEqual([1_010]);
  });

  it('fires nothing after stop', async () => {
    const base = new FakeClock(0);
    const clock = new SettableClock(base);
    clock.setTimer(10, () => {
      throw new Error('fired');
    });
    clock.stop();
    await base.advance(50);
    expect(base.delaysMs).toEqual([]);
  });
});
