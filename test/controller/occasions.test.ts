import { beforeEach, expect, it } from '@jest/globals';

import { Occasions } from '../../src/controller/occasions.ts';

let occasions: Occasions;

beforeEach(() => {
  occasions = new Occasions();
});

it.each<[string, (of: Occasions) => void, { edited: boolean; proven: boolean }]>([
  ['nothing', () => {}, { edited: false, proven: false }],
  ['an edit', (of) => of.edit('a'), { edited: true, proven: false }],
  ['a proof', (of) => of.prove('a'), { edited: false, proven: true }],
  [
    'a proof, then an edit',
    (of) => {
      of.prove('a');
      of.edit('a');
    },
    { edited: true, proven: false },
  ],
  [
    'an edit, then a proof',
    (of) => {
      of.edit('a');
      of.prove('a');
    },
    { edited: true, proven: false },
  ],
  [
    'something that was forgotten',
    (of) => {
      of.edit('a');
      of.prove('b');
      of.forget('a');
    },
    { edited: false, proven: false },
  ],
])('%s', (_, happens, expected) => {
  happens(occasions);
  expect(occasions.isEdited('a')).toBe(expected.edited);
  expect(occasions.begin('a')).toEqual(expected);
  expect(occasions.begin('a')).toEqual({ edited: false, proven: false });
});
