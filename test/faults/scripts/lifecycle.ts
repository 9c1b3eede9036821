/** An object and its gateway from the beginning to the end. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { networkOf } from '../../harness/gateways.ts';
import type { Lane } from '../lane.ts';
import type { Script } from '../script.ts';
import { creation, deletion, edit, start } from './phases.ts';

/** A service instance. */
export const target =
  'crn:v1:bluemix:public:kms:us-south:a/0123456789abcdef0123456789abcdef:00000000-0000-4000-8000-000000000001::';

export const create = creation('create', firstSpec);

function firstSpec({ cloud }: Lane): Partial<EndpointGatewaySpec> {
  const { subnets, securityGroups } = networkOf(cloud);
  return {
    target: { crn: target },
    securityGroups: [{ id: securityGroups[0] }],
    ips: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[2][0] } }],
  };
}

/** A name, another group, and an address of another zone: five actions. */
export const change = edit('change', ({ cloud }) => {
  const { subnets, securityGroups } = networkOf(cloud);
  return [
    { op: 'add', path: '/spec/name', value: 'renamed' },
    { op: 'replace', path: '/spec/securityGroups', value: [{ id: securityGroups[1] }] },
    {
      op: 'replace',
      path: '/spec/ips',
      value: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[3][0] } }],
    },
  ];
});

const phases = [start, create, change, deletion] as const;

export const lifecycle: Script = { name: 'lifecycle', phases, recorded: new Set(phases), lane: {} };
