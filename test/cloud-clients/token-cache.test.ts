import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CloudError } from '../../src/cloud/errors.ts';
import { type IssuedToken, type Token, TokenCache } from '../../src/cloud/token-cache.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { never } from './open-account.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

let clock: FakeClock;
/** IAM: how often it was asked, and what it answers. */
let asked: number;
let answer: () => Promise<IssuedToken>;
/** Of the credentials. */
let version: string | undefined;
let cache: TokenCache;

const issued = (name: string, lifetimeMs = hourMs): IssuedToken => ({
  token: { authorization: `Bearer ${name}`, accountID: 'account' },
  lifetimeMs,
});
const tokenName = async (): Promise<string> =>
  (await cache.token(never)).authorization.replace('Bearer ', '');
const trouble = (retryAfterMs?: number): CloudError =>
  new CloudError('down', {
    reason: 'unavailable',
    operation: 'get_token_api_key',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

beforeEach(() => {
  clock = new FakeClock();
  asked = 0;
  answer = async () => issued(`token-${asked}`);
  version = 'first';
  cache = new TokenCache(clock, {
    version: async () => version,
    issue: async () => {
      asked += 1;
      return answer();
    },
  });
});

test('one request serves everybody who needs a token at the same time, and later', async () => {
  const names = await Promise.all(Array.from({ length: 20 }, async () => tokenName()));
  await clock.advance(40 * minuteMs);
  expect(new Set([...names, await tokenName()])).toEqual(new Set(['token-1']));
  expect(asked).toBe(1);
});

test('a token is renewed from 80 % of its life on, while the old one still serves', async () => {
  await tokenName();
  await clock.advance(0.8 * hourMs);
  expect(await tokenName()).toBe('token-1');
  await settle();
  expect(await tokenName()).toBe('token-2');
  expect(asked).toBe(2);
});

test('a spent token is not handed out: callers wait for the next', async () => {
  await tokenName();
  await clock.advance(hourMs);
  expect(await tokenName()).toBe('token-2');
});

test('its life counts from before it was asked for, however long the answer took', async () => {
  const { promise, resolve } = Promise.withResolvers<IssuedToken>();
  answer = async () => promise;
  const first = tokenName();
  await clock.advance(hourMs);
  resolve(issued('late'));
  await first;
  answer = async () => issued('fresh');
  expect(await tokenName()).toBe('fresh');
});

test('an invalidated token is not handed out again; invalidating an older one changes nothing', async () => {
  const first = await cache.token(never);
  cache.invalidate(first);
  const second = await cache.token(never);
  cache.invalidate(first);
  expect(await cache.token(never)).toBe(second);
  expect(asked).toBe(2);
});

test('a clock that was set back makes a token of unknown age, which is not used', async () => {
  await tokenName();
  await clock.advance(-2 * hourMs);
  expect(await tokenName()).toBe('token-2');
});

describe('when IAM fails', () => {
  beforeEach(async () => {
    await tokenName();
    answer = async () => Promise.reject(trouble());
  });

  test('the token at hand serves until it is spent, then callers are told', async () => {
    await clock.advance(0.9 * hourMs);
    expect(await tokenName()).toBe('token-1');
    await clock.advance(0.06 * hourMs);
    await expect(tokenName()).rejects.toThrow('down');
  });

  test('renewal is tried again, but not at every call', async () => {
    await clock.advance(0.8 * hourMs);
    for (let call = 0; call < 100; call += 1) {
      await tokenName();
      await settle();
    }
    expect(asked).toBe(2);
    answer = async () => issued('renewed');
    await clock.advance(minuteMs);
    await tokenName();
    await settle();
    expect(await tokenName()).toBe('renewed');
  });

  test('a thousand callers in a row do not ask a thousand times', async () => {
    await clock.advance(hourMs);
    for (let call = 0; call < 1_000; call += 1) {
      await expect(tokenName()).rejects.toThrow('down');
    }
    expect(asked).toBe(2);
    await clock.advance(1_000);
    answer = async () => issued('back');
    expect(await tokenName()).toBe('back');
  });

  test('its Retry-After is kept', async () => {
    await clock.advance(hourMs);
    answer = async () => Promise.reject(trouble(30_000));
    await expect(tokenName()).rejects.toThrow('down');
    await clock.advance(29_000);
    await expect(tokenName()).rejects.toThrow('down');
    expect(asked).toBe(2);
    await clock.advance(1_000);
    await expect(tokenName()).rejects.toThrow('down');
    expect(asked).toBe(3);
  });
});

describe('when the credentials are replaced', () => {
  test('the token is renewed at once, and serves meanwhile', async () => {
    await tokenName();
    version = 'second';
    expect(await tokenName()).toBe('token-1');
    await settle();
    expect(await tokenName()).toBe('token-2');
    await clock.advance(40 * minuteMs);
    expect(await tokenName()).toBe('token-2');
    expect(asked).toBe(2);
  });

  test('while a token is asked for, it is renewed when it is there', async () => {
    const { promise, resolve } = Promise.withResolvers<IssuedToken>();
    answer = async () => promise;
    const first = tokenName();
    await settle();
    version = 'second';
    const second = tokenName();
    await settle();
    resolve(issued('of the first'));
    expect(await Promise.all([first, second])).toEqual(['of the first', 'of the first']);
    answer = async () => issued('of the second');
    await tokenName();
    await settle();
    expect(await tokenName()).toBe('of the second');
  });

  test('a refusal of the old ones is no reason to wait', async () => {
    answer = async () => Promise.reject(trouble(60_000));
    await expect(tokenName()).rejects.toThrow('down');
    version = 'second';
    answer = async () => issued('accepted');
    expect(await tokenName()).toBe('accepted');
  });

  test('by such as are refused, the old token serves on, and IAM is not asked at every call', async () => {
    await tokenName();
    version = 'wrong';
    answer = async () => Promise.reject(trouble());
    for (let call = 0; call < 100; call += 1) {
      expect(await tokenName()).toBe('token-1');
      await settle();
    }
    expect(asked).toBe(2);
  });

  test('a moment without any changes nothing', async () => {
    await tokenName();
    version = undefined;
    expect(await tokenName()).toBe('token-1');
    version = 'first';
    await settle();
    expect(await tokenName()).toBe('token-1');
    expect(asked).toBe(1);
  });
});

describe('a caller that gives up', () => {
  test('ends at once, and the others get the token', async () => {
    const { promise, resolve } = Promise.withResolvers<IssuedToken>();
    answer = async () => promise;
    const stop = new AbortController();
    const [quitter, stayer] = [cache.token(stop.signal), cache.token(never)];
    await settle();
    stop.abort(new Error('the pass ended'));
    await expect(quitter).rejects.toThrow('the pass ended');
    resolve(issued('kept'));
    expect((await stayer).authorization).toBe('Bearer kept');
  });

  test('before it asks does not make IAM be asked', async () => {
    await expect(cache.token(AbortSignal.abort(new Error('ended')))).rejects.toThrow('ended');
    expect(asked).toBe(0);
  });
});

test('whatever happens, nobody gets a token that is over or was refused', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 2 * hourMs }) }),
    fc.record({ do: fc.constant('back' as const), ms: fc.integer({ min: 1, max: hourMs }) }),
    fc.record({ do: fc.constantFrom('use', 'refuse', 'replace', 'break', 'mend') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const time = new FakeClock();
      // The age of a token by a clock that nobody sets, as IAM would see it.
      let trueMs = 0;
      let broken = false;
      const born = new Map<Token, number>();
      const refused = new Set<Token>();
      let replaced = 0;
      const subject = new TokenCache(time, {
        version: async () => String(replaced),
        issue: async () => {
          if (broken) {
            throw trouble();
          }
          const fresh = issued(String(born.size));
          born.set(fresh.token, trueMs);
          return fresh;
        },
      });
      const used: { readonly refused: boolean; readonly over: boolean }[] = [];
      let last: Token | undefined;
      let setBackMs = 0;
      for (const { do: what, ...rest } of steps) {
        const ms = 'ms' in rest ? rest.ms : 0;
        if (what === 'pass') {
          trueMs += ms;
          await time.advance(ms);
        } else if (what === 'back') {
          setBackMs += ms;
          await time.advance(-ms);
        } else if (what === 'refuse' && last !== undefined) {
          refused.add(last);
          subject.invalidate(last);
        } else if (what === 'replace') {
          replaced += 1;
        } else if (what === 'use') {
          last = await subject.token(never).catch(() => undefined);
          await settle();
          if (last !== undefined) {
            used.push({
              refused: refused.has(last),
              over: trueMs - (born.get(last) ?? 0) >= hourMs + setBackMs,
            });
          }
        } else {
          broken = what === 'break';
        }
      }
      expect(used.filter((use) => use.refused || use.over)).toEqual([]);
    }),
  );
});
