/** Which states a gateway has to have passed for the demo to have gone well. */
import { expect, it } from '@jest/globals';

import { type DemoResult, type Pace, shortcomings } from './result.ts';

function resultOf(states: readonly string[]): DemoResult {
  return {
    gateways: [{ name: 'one', states, ready: true, ips: [] }],
    proofs: [],
    situations: [],
    policies: [],
    profiles: [],
    cloudCalls: { total: 0, byOperation: {} },
    sharedListings: { calls: 0, byListing: {} },
    kubeWrites: { total: 0, byVerb: {} },
    perGateway: { maxCloudCalls: 0, maxObjectWrites: 0, maxEvents: 0 },
    leftovers: [],
  };
}

it.each<[states: readonly string[], seen: boolean, crowded: boolean]>([
  [['Pending', 'Updating', 'Stable'], true, true],
  [['Pending', 'Stable'], false, true],
  [['Updating', 'Stable'], false, true],
  [['Stable'], false, true],
  [[], false, false],
  [['Pending', 'Updating'], false, false],
  [['Updating', 'Pending', 'Stable'], false, false],
  [['Pending', 'Failed', 'Stable'], false, false],
  [['Pending', 'Stable', 'Updating', 'Stable'], false, false],
])('%j goes well: each seen %s, in a crowd %s', (states, seen, crowded) => {
  const wentWell = (pace: Pace): boolean => shortcomings(resultOf(states), pace).length === 0;

  expect([wentWell('seen'), wentWell('crowded')]).toEqual([seen, crowded]);
});
