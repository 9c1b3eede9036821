import { beforeEach, expect, it } from '@jest/globals';

import { Later } from '../../src/compose/later.ts';
import { FakeClock } from '../lib/fake-clock.ts';

let clock: FakeClock;
let called: string[];
let later: Later;

beforeEach(() => {
  clock = new FakeClock();
  called = [];
  later = new Later(clock, (asker) => called.push(asker));
});

it('calls back once, however often it was asked', async () => {
  later.ask('a');
  await clock.advance(20_000);
  later.ask('a');
  await clock.advance(10_000);
  expect(called).toEqual(['a']);
  await clock.advance(60_000);
  later.ask('a');
  await clock.advance(30_000);
  expect(called).toEqual(['a', 'a']);
});

it('forgets one, and at its end all', async () => {
  ['a', 'b', 'c'].forEach((asker) => later.ask(asker));
  later.forget('a');
  await clock.advance(29_999);
  later.end();
  later.ask('d');
  await clock.advance(60_000);
  expect(called).toEqual([]);
});
