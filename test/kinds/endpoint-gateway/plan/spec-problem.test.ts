import { describe, expect, it } from '@jest/globals';

import { specProblem } from '../../../../src/kinds/endpoint-gateway/plan/spec-problem.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { resource, vpc } from '../samples.ts';

describe('the DNS mode in a hub', () => {
  const hub = { ...vpc, dns: { enable_hub: true, resolution_binding_count: 0 } };

  it.each<[EndpointGatewaySpec['dnsResolutionBindingMode'], boolean]>([
    [undefined, false],
    ['Primary', false],
    ['Disabled', true],
    ['PerResourceBinding', true],
  ])('%s', (mode, wrong) => {
    const object = resource({ spec: mode === undefined ? {} : { dnsResolutionBindingMode: mode } });
    const problem = specProblem(object, { vpc: hub });
    expect(problem?.reason).toBe(wrong ? 'DNSConflict' : undefined);
    expect(specProblem(object, { vpc })).toBeUndefined();
  });
});
