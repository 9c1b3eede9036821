import { expect, test } from '@jest/globals';

import { wrapped } from './text.ts';

test.each<[string, number, readonly string[]]>([
  ['short', 10, ['short']],
  ['one two three', 7, ['one two', '  three']],
  ['  it would', 20, ['  it would']],
  ['one two three four five six seven', 8, ['one two', '  three', '  four …']],
])('%j in %i characters', (text, width, expected) => {
  expect(wrapped(text, width)).toEqual(expected);
});
