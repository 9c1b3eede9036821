import { expect, it } from '@jest/globals';

import { notices } from '../../../src/kinds/endpoint-gateway/notices.ts';
import type { EndpointGatewayStatus } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { resource } from './samples.ts';

type Status = Partial<EndpointGatewayStatus>;

const asked: Status = {
  id: 'gateway',
  target: 'crn:offer',
  lifecycleState: 'pending',
  lifecycleReasons: [{ code: 'access_pending', message: 'm' }],
};
const working: Status = { ...asked, lifecycleState: 'updating', lifecycleReasons: [] };

it.each<[string, Status, Status, readonly string[]]>([
  ['a request', {}, asked, ['AccessRequested']],
  ['no news', asked, asked, []],
  ['a permit', asked, working, ['AccessPermitted']],
  ['a denial, which is a condition', asked, { ...working, lifecycleState: 'failed' }, []],
  ['a gateway that went away', asked, {}, []],
  ['another gateway', asked, { ...working, id: 'other' }, []],
])('%s', (_, before, after, expected) => {
  const told = notices(resource({ status: before }), resource({ status: after }));
  expect(told.map(({ reason }) => reason)).toEqual(expected);
});
