/** A gateway that was there before its object: taken, changed, and given back. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { connect } from '../../cloud/client.ts';
import { networkOf } from '../../harness/gateways.ts';
import type { Lane } from '../lane.ts';
import type { Phase, Script } from '../script.ts';
import { target } from './lifecycle.ts';
import { creation, deletion, edit, start } from './phases.ts';

const gatewayName = 'there-before';

/** With an address of its own in zone 2, and a user tag. */
async function seed(lane: Lane): Promise<void> {
  const { seed: seeds } = lane.cloud.control;
  const { vpcId, subnets } = networkOf(lane.cloud);
  const { crn } = seeds.endpointGateway({
    prototype: {
      name: gatewayName,
      vpc: { id: vpcId },
      target: { crn: target, resource_type: 'provider_cloud_service' },
      ips: [{ subnet: { id: subnets[2][0] } }],
    },
  });
  seeds.accessTags('default', ['team:net', 'team:db']);
  const foreignTags = ['billing:theirs'];
  lane.foreignTags.set(crn, foreignTags);
  const stranger = await connect(lane.cloud);
  await stranger.tagging('POST', '/v3/tags/attach?tag_type=user', {
    resources: [{ resource_id: crn }],
    tag_names: foreignTags,
  });
}

const adopt = creation('adopt', firstSpec);

/** Tags of both types, and an address beside the one that is there. */
function firstSpec({ cloud }: Lane): Partial<EndpointGatewaySpec> {
  const { subnets } = networkOf(cloud);
  return {
    adoptionPolicy: 'IfExists',
    name: gatewayName,
    target: { crn: target },
    tags: ['env:test', 'team:a'],
    accessTags: ['team:net', 'team:db'],
    ips: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[2][0] } }],
  };
}

/** One address moves within its zone, another zone is added, and a tag of each type goes. */
const rearrange = edit('rearrange', ({ cloud }) => {
  const { subnets } = networkOf(cloud);
  return [
    { op: 'replace', path: '/spec/tags', value: ['team:a', 'tier:1'] },
    { op: 'replace', path: '/spec/accessTags', value: ['team:db'] },
    {
      op: 'replace',
      path: '/spec/ips',
      value: [
        { subnet: { id: subnets[1][1] } },
        { subnet: { id: subnets[2][0] } },
        { subnet: { id: subnets[3][0] } },
      ],
    },
  ];
});

/** What a user wanted of the gateway stays with it; that it is an operator's does not. */
const giveBack: Phase = {
  ...deletion,
  name: 'give back',
  end: { object: 'absent', gateway: 'given back' },
};

export const adoption: Script = {
  name: 'adoption',
  phases: [start, adopt, giveBack],
  recorded: new Set([adopt, giveBack]),
  lane: { seed },
};

export const rearrangement: Script = {
  name: 'rearrangement',
  phases: [start, adopt, rearrange, giveBack],
  recorded: new Set([rearrange]),
  lane: { seed },
};
