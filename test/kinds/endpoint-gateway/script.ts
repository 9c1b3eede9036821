/** Scripts of what may happen to an EndpointGateway: specs by the names of a scene's things, and what others do. */
import fc from 'fast-check';

import type { Key } from '../../../src/kube/object.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { EndpointGateway } from '../../cloud/vpc/model.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { type Changes, keyProtect, type Scene } from './scene.ts';

export type AskedIP = NonNullable<EndpointGatewaySpec['ips']>[number];

/** An address as a draft, by names: ids are known once there is a scene. */
type IPDraft =
  | { readonly subnet: string; readonly autoDelete?: boolean }
  | { readonly subnet: string; readonly host: number; readonly name: string }
  | { readonly reserved: string };

export interface SpecDraft {
  readonly name: string | undefined;
  readonly vpcByName: boolean;
  readonly groups: readonly number[] | undefined;
  readonly ips: readonly IPDraft[] | undefined;
}

/** `phase` keeps names and addresses of one spec apart from those of another. */
export function specDraft(phase: number): fc.Arbitrary<SpecDraft> {
  const ip = (zone: number): fc.Arbitrary<IPDraft | null> => {
    const subnet = fc.constantFrom(`a${zone}`, `b${zone}`);
    const exact = { subnet, host: fc.constant(50 + phase), name: fc.constant(`ip-${phase}-${zone}`) };
    return fc.option(
      fc.oneof(
        fc.record({ subnet, autoDelete: fc.boolean() }, { requiredKeys: ['subnet'] }),
        fc.record(exact),
        fc.record({ reserved: fc.constant(`kept-${zone}`) }),
      ),
    );
  };
  const ips = fc.tuple(ip(1), ip(2), ip(3)).map((drafts) => drafts.filter((draft) => draft !== null));
  return fc.record({
    name: fc.option(fc.constantFrom('alpha', 'beta'), { nil: undefined }),
    vpcByName: fc.boolean(),
    groups: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }), {
      nil: undefined,
    }),
    ips: fc.option(ips, { nil: undefined }),
  });
}

export function specOf(scene: Scene, draft: SpecDraft): Changes {
  const { name, groups, ips, vpcByName } = draft;
  return {
    vpc: vpcByName ? { name: scene.vpc.name } : { id: scene.vpc.id },
    ...(name !== undefined && { name }),
    ...(groups && { securityGroups: groups.map((index) => ({ id: scene.group(`group-${index}`).id })) }),
    ...(ips && { ips: ips.map((ip) => ipOf(scene, ip)) }),
  };
}

function ipOf(scene: Scene, draft: IPDraft): AskedIP {
  if ('reserved' in draft) {
    const [, zone = ''] = draft.reserved.split('-');
    const found = [...scene.subnet(`b${zone}`).reservedIPs.values()].find(
      ({ name }) => name === draft.reserved,
    );
    return { reservedIP: { id: found?.id ?? '' } };
  }
  const subnet = { id: scene.subnet(draft.subnet).id };
  if ('host' in draft) {
    const { first } = scene.subnet(draft.subnet).block;
    return { subnet, address: formatAddress(first + draft.host), name: draft.name };
  }
  return { subnet, ...(draft.autoDelete !== undefined && { autoDelete: draft.autoDelete }) };
}

export const disturbances = [
  'rename',
  'attach group',
  'unbind',
  'delete',
  'untag',
  'wipe status',
  'restart',
] as const;

type Disturbance = (typeof disturbances)[number];

/** What somebody else does; nothing when there is nothing to do it to. */
export async function disturb(scene: Scene, key: Key, disturbance: Disturbance): Promise<void> {
  const gateway = ours(scene);
  if (gateway === undefined) {
    return;
  }
  const path = `/endpoint_gateways/${gateway.id}`;
  switch (disturbance) {
    case 'rename':
      await scene.client.vpc('PATCH', path, { body: { name: 'drifted' } });
      break;
    case 'attach group':
      await scene.client.vpc('PUT', `/security_groups/${scene.group('group-7').id}/targets/${gateway.id}`);
      break;
    case 'unbind':
      for (const ip of gateway.ips.values()) {
        await scene.client.vpc('DELETE', `${path}/ips/${ip.id}`);
      }
      break;
    case 'delete':
      await scene.client.vpc('DELETE', path);
      break;
    case 'untag':
      await scene.client.tagging('POST', '/v3/tags/detach?tag_type=user', {
        resources: [{ resource_id: gateway.crn }],
        tag_names: await scene.tagsOf(gateway.crn),
      });
      break;
    case 'wipe status':
      scene.kube.wipeStatus(key);
      scene.restart();
      break;
    case 'restart':
      scene.restart();
      break;
  }
  scene.advance();
}

/** The gateway that leads to where objects of a scene lead. */
export function ours(scene: Scene): EndpointGateway | undefined {
  return scene.gateways.find(({ target }) => target.key === keyProtect);
}
