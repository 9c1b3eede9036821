import { describe, expect, it } from '@jest/globals';

import { specProblem } from '../../../src/kinds/endpoint-gateway/spec-problem.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { gateway, ip, observed, observedNone, otherVpc, resource, subnets } from './samples.ts';

type IPs = NonNullable<EndpointGatewaySpec['ips']>;

const elsewhere = new Map([
  ...subnets,
  ['x1', { id: 'x1', name: 'x1', vpc: otherVpc, zone: { name: 'us-south-1' } }],
]);

describe('specProblem', () => {
  it.each<[string, IPs | undefined, string | undefined]>([
    ['no addresses', undefined, undefined],
    ['an empty list', [], undefined],
    ['one a zone', [{ subnet: { id: 'a1' } }, { subnet: { id: 'b2' } }, { subnet: { id: 'a3' } }], undefined],
    ['an unknown subnet', [{ subnet: { id: 'a1' } }, { subnet: { id: 'nope' } }], 'wait SubnetNotFound'],
    ['a subnet of another VPC', [{ subnet: { id: 'x1' } }], 'wait SubnetNotFound'],
    ['two subnets of one zone', [{ subnet: { id: 'a1' } }, { subnet: { id: 'b1' } }], 'stalled ZoneConflict'],
    [
      'a reserved IP, whose zone the cloud checks',
      [{ subnet: { id: 'a1' } }, { reservedIP: { id: 'r' } }],
      undefined,
    ],
  ])('%s', (_, ips, expected) => {
    const object = resource({ spec: ips === undefined ? {} : { ips } });
    const problem = specProblem(object, observedNone({ subnets: elsewhere }));
    expect(problem && 'reason' in problem ? `${problem.kind} ${problem.reason}` : undefined).toBe(expected);
  });

  it('finds a reserved IP and a subnet of one zone, once the zone is known', () => {
    const ips = [{ subnet: { id: 'a1' } }, { reservedIP: { id: 'r' } }];
    const bound = observed({ gateway: gateway({ ips: [ip('r', 'b1')] }) });
    for (const seen of [bound, observedNone({ unboundZones: new Map([['r', 'us-south-1']]) })]) {
      expect(specProblem(resource({ spec: { ips } }), seen)).toMatchObject({ reason: 'ZoneConflict' });
    }
  });

  it('names a VPC as the spec does, and has patience with it', () => {
    const byName = resource({ spec: { vpc: { name: 'prod' } } });
    expect(specProblem(byName, observedNone({ vpc: undefined }))).toMatchObject({
      reason: 'VPCNotFound',
      message: 'Region us-south holds no VPC prod that account default can see',
      pace: 'slow',
      stallsAfter: 3,
    });
  });
});
