/** For every kind, any object of it and anything that its `observe` may return: one line a kind. */
import type fc from 'fast-check';

import type { Resource } from '../../src/controller/kind.ts';
import * as endpointGateway from './endpoint-gateway/generator.ts';
import * as hpcsNetworkPolicy from './hpcs-network-policy/generator.ts';

export interface Generator {
  readonly resources: fc.Arbitrary<Resource>;
  readonly observations: fc.Arbitrary<unknown>;
}

export const generators: Readonly<Record<string, Generator>> = {
  EndpointGateway: endpointGateway,
  HpcsNetworkPolicy: hpcsNetworkPolicy,
};
