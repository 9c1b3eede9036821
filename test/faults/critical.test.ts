import { describe, expect, it } from '@jest/globals';

import { critical, reading } from './critical.ts';

describe('a call is critical or a reading, as its name says', () => {
  it.each([
    ['create: cloud POST endpoint_gateways #1 after', true, false],
    ['adopt: cloud POST tags/attach #1 before', true, false],
    ['change: cloud PATCH endpoint_gateways/:id #1 before', true, false],
    ['create: kube apply endpointgateways/status [intent] #1 before', true, false],
    ['recreate: kube apply endpointgateways/status [recreate] #1 before', true, false],
    ['create: kube patch endpointgateways #1 before', true, false],
    ['create: kube apply endpointgateways/status #1 before', false, false],
    ['create: kube create events [Succeeded] #1 before', false, false],
    ['create: cloud GET tags #1 after', false, true],
    ['create: cloud POST token #1 after', false, true],
    ['create: cloud POST resources/search #1 after', false, true],
    ['create: kube get endpointgateways #1 before', false, true],
    ['start: kube watch endpointgateways #1 before', false, true],
  ])('%s', (name, isCritical, isReading) => {
    expect([critical.test(name), reading.test(name)]).toEqual([isCritical, isReading]);
  });
});
