/** What is in a scripted scene and is not the object's: gateways of others, reserved IPs of people, their tags. */
import { targetCrn } from '../../cloud/fixture.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { EndpointGateway, ReservedIP } from '../../cloud/vpc/model.ts';
import type { Scene } from './scene.ts';
import type { SpecDraft, Target } from './script-draft.ts';

/** Gateways that are none of the object's business, and what a spec may refer to. */
export async function seedSurroundings(scene: Scene): Promise<readonly EndpointGateway[]> {
  const { control } = scene.cloud;
  control.seed.accessTags(scene.account, ['access:a', 'access:b', 'access:others']);
  control.seed.resourceGroup({ account: scene.account, name: 'networking' });
  for (const zone of [1, 2, 3]) {
    scene.reservedIP(`b${zone}`, `kept-${zone}`);
    scene.reservedIP(`a${zone}`, `stray-${zone}`);
  }
  const others = [
    { name: 'theirs', target: 'iam', tag: 'vpe-operator:elsewhere:uid', zones: 3 },
    { name: 'drifting', target: 'billing', tag: 'vpe-operator:elsewhere:uid', zones: 0 },
    { name: 'nobodys', target: 'vpc', tag: 'env:theirs', zones: 1 },
  ];
  const gateways: EndpointGateway[] = [];
  for (const { name, target, tag, zones } of others) {
    gateways.push(seedGateway(scene, { name, target, zones }));
    await scene.tag(gateways.at(-1)?.crn ?? '', tag);
  }
  return gateways;
}

/** A gateway of nobody's that leads to where the object wants one. */
export async function seedPresent(scene: Scene, target: Target, zones: number): Promise<EndpointGateway> {
  const gateway = seedGateway(scene, { name: 'present', target, zones });
  await scene.tag(gateway.crn, 'env:theirs');
  return gateway;
}

function seedGateway(
  scene: Scene,
  { name, target, zones }: { readonly name: string; readonly target: string; readonly zones: number },
): EndpointGateway {
  const ips = [1, 2, 3].slice(0, zones).map((zone) => scene.reservedIP(`a${zone}`, `${name}-${zone}`));
  return scene.cloud.control.seed.endpointGateway({
    account: scene.account,
    prototype: {
      name,
      vpc: { id: scene.vpc.id },
      target: { resource_type: 'provider_cloud_service', crn: targetCrn(target) },
      ips: ips.map(({ id }) => ({ id })),
    },
  });
}

/** All that must be at the end as it was at the beginning, whatever the specs were between. */
export async function snapshot(
  scene: Scene,
  gateways: readonly EndpointGateway[],
  drafts: readonly SpecDraft[],
): Promise<unknown> {
  const seen = [];
  for (const gateway of gateways) {
    const history = scene.cloud.control.stateLog.of(gateway.id);
    seen.push({ last: history.at(-1), tags: await scene.tagsOf(gateway.crn) });
  }
  const ips = [...scene.area.subnets.values()]
    .flatMap((subnet) => [...subnet.reservedIPs.values()])
    .filter((ip) => ip.origin === 'seed' && !isSpokenFor(ip, drafts));
  return {
    gateways: seen,
    ips: ips.map((ip) => ({
      name: ip.name,
      address: formatAddress(ip.address),
      autoDelete: ip.autoDelete,
      ...(gateways.some(({ id }) => id === ip.gateway?.id) && { gateway: ip.gateway?.id }),
    })),
  };
}

/** A spec that gives `autoDelete` for a subnet means every address that the gateway has there. */
function isSpokenFor({ subnet }: ReservedIP, drafts: readonly SpecDraft[]): boolean {
  return drafts
    .flatMap(({ addresses = [] }) => ('zones' in addresses ? [] : addresses))
    .some((draft) => 'autoDelete' in draft && draft.subnet.name === subnet.name);
}
