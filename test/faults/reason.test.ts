import { expect, test } from '@jest/globals';

import { reasonOf } from './reason.ts';

const refused = new Error('refused');
const late = new Error('not in time', { cause: refused });

test.each<[unknown, string]>([
  ['words', 'words'],
  [refused, 'refused'],
  [late, 'not in time\ncaused by: refused'],
  [
    new Error('not in time\noperator 1 said last:\nbye', { cause: late }),
    'not in time\noperator 1 said last:\nbye\ncaused by: refused',
  ],
])('the reason of %s', (error, expected) => {
  expect(reasonOf(error)).toBe(expected);
});
