import { expect, test } from '@jest/globals';
import { until } from './until.ts';

test('returns the first answer that is neither undefined nor false, whatever failed before', async () => {
  let looks = 0;
  const probe = (): number | undefined | false => {
    looks += 1;
    if (looks === 1) {
      throw new Error('not there yet');
    }
    return looks === 2 ? undefined : looks > 3 && looks;
  };
  expect(await until(probe, { what: 'the fourth look', everyMs: 1 })).toBe(4);
});

test.each([
  [
    'fails',
    async () => {
      throw new Error('refused');
    },
    'refused',
  ],
  ['never settles', async () => new Promise<never>(() => undefined), 'the last look got no answer'],
])('says what was waited for and why, when the probe %s', async (_, probe, why) => {
  const waiting = until<true>(probe, { what: 'the answer', deadlineMs: 1, everyMs: 1 });
  await expect(waiting).rejects.toMatchObject({
    message: 'not within 1 ms: the answer',
    cause: { message: why },
  });
});
