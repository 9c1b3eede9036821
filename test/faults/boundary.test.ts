import { expect, test } from '@jest/globals';

import { boundariesOf, boundaryName, CallCounter } from './boundary.ts';

test('calls are counted by operator, phase, side and name, whatever comes in between', () => {
  const counter = new CallCounter();
  counter.phase = 'create';
  const ordinals = [
    counter.next(1, 'cloud', 'GET vpcs'),
    counter.next(1, 'cloud', 'GET subnets'),
    counter.next(1, 'cloud', 'GET vpcs'),
    counter.next(1, 'kube', 'GET vpcs'),
    counter.next(2, 'cloud', 'GET vpcs'),
  ].map((call) => call?.ordinal);
  expect(ordinals).toEqual([1, 1, 2, 1, 1]);
  counter.phase = 'change';
  expect(counter.next(1, 'cloud', 'GET vpcs')).toEqual({
    replica: 1,
    phase: 'change',
    side: 'cloud',
    name: 'GET vpcs',
    ordinal: 1,
  });
});

test('calls outside of a phase are neither counted nor kept', () => {
  const counter = new CallCounter();
  expect(counter.next(1, 'cloud', 'GET vpcs')).toBeUndefined();
  counter.phase = 'create';
  counter.next(1, 'cloud', 'GET vpcs');
  counter.phase = undefined;
  expect(counter.next(1, 'cloud', 'GET vpcs')).toBeUndefined();
  counter.phase = 'create';
  expect(counter.next(1, 'cloud', 'GET vpcs')?.ordinal).toBe(2);
  expect(counter.calls).toHaveLength(2);
});

test('every call has two boundaries, each with a name of its own', () => {
  const counter = new CallCounter();
  counter.phase = 'create';
  counter.next(1, 'cloud', 'POST endpoint_gateways');
  counter.next(1, 'kube', 'apply endpointgateways/status');
  expect(boundariesOf(counter.calls).map(boundaryName)).toEqual([
    'create: cloud POST endpoint_gateways #1 before',
    'create: cloud POST endpoint_gateways #1 after',
    'create: kube apply endpointgateways/status #1 before',
    'create: kube apply endpointgateways/status #1 after',
  ]);
});
