/** A target that changes: no call can, so that the gateway is deleted and made anew. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { byIdOrName } from '../../cloud/seed.ts';
import { networkOf } from '../../harness/gateways.ts';
import type { Lane } from '../lane.ts';
import type { Script } from '../script.ts';
import { creation, deletion, edit, start } from './phases.ts';

/** One reserved IP that goes with the gateway, and one that is there before and stays. */
function firstSpec({ cloud }: Lane): Partial<EndpointGatewaySpec> {
  const { subnets } = networkOf(cloud);
  const { reservedIPs } = byIdOrName(cloud.control.area('default', 'us-south').subnets, subnets[1][1]);
  return {
    recreatePolicy: 'WhenRequired',
    target: { service: { name: 'kms' } },
    resourceGroup: { name: 'Default' },
    ips: [
      { reservedIP: { id: byIdOrName(reservedIPs, 'vpc-1-reserved').id } },
      { subnet: { id: subnets[2][0] } },
    ],
  };
}

const create = creation('create', firstSpec);

const recreating = edit('recreate', () => [
  { op: 'replace', path: '/spec/target', value: { service: { name: 'iam-svcs' } } },
]);

export const recreate: Script = {
  name: 'recreate',
  phases: [start, create, recreating, deletion],
  recorded: new Set([recreating]),
  lane: {},
};
