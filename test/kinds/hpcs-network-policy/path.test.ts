/** Which way an instance depends on, by its object's status: a tenant's word, where a tenant may write that. */
import { expect, it } from '@jest/globals';

import { pathOf } from '../../../src/kinds/hpcs-network-policy/path.ts';
import { host, policyResource } from './samples.ts';

const closed = (url: string): ReturnType<typeof pathOf> =>
  pathOf(
    policyResource({
      status: { access: 'PrivateOnly', endpoints: { private: { url, result: 'Answers' } } },
    }),
  );

it('is that to the private endpoint of an instance that is closed', () => {
  expect(closed(`https://${host}`)).toEqual({ names: [host] });
});

it.each(['', 'nonsense', '//', 'https://', 'http://[', '\u0000'])(
  'is none where the status says %j, so that nobody else waits for it',
  (url) => {
    expect(closed(url)).toBeUndefined();
  },
);
