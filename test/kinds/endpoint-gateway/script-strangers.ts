/** What others and accidents do to an object and its gateway between two times that it is settled. */
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { EndpointGateway } from '../../cloud/vpc/model.ts';
import type { Scene } from './scene.ts';
import { bucketCrn, reservedIP } from './script-spec.ts';

export const disturbances = [
  'rename',
  'attach group',
  'detach group',
  'unbind',
  'bind',
  'delete',
  'tag',
  'untag',
  'change mode',
  'bind bucket',
  'unbind buckets',
  'wipe status',
  'restart',
] as const;

export type Disturbance = (typeof disturbances)[number];

/** The gateway that leads to where objects of a scripted scene lead. */
export function ours(scene: Scene): EndpointGateway | undefined {
  const targets = new Set([targetCrn('key-protect'), targetCrn('object-storage')]);
  return scene.gateways.find(({ target }) => targets.has(target.key));
}

/** Nothing when there is nothing to do it to, when the cloud refuses it, or when it is their answer that gets lost. */
export async function disturb(scene: Scene, key: Key, disturbance: Disturbance): Promise<void> {
  const gateway = ours(scene);
  if (disturbance === 'wipe status') {
    scene.kube.wipeStatus(key);
    scene.restart();
  } else if (disturbance === 'restart') {
    scene.restart();
  } else if (gateway !== undefined && !(disturbance === 'rename' && isOnlyANameToUs(scene, key))) {
    await strangers[disturbance](scene, gateway).catch(() => undefined);
  }
  scene.advance();
}

/**
 * The answer to its create was lost, and it has no tag yet: with its name it would lose all by which it can be told
 * from a stranger's, and would rightly be left alone (Collision).
 */
function isOnlyANameToUs(scene: Scene, key: Key): boolean {
  const { createIntent, id } = scene.read(key).status ?? {};
  return createIntent !== undefined && id === undefined;
}

type Stranger = (scene: Scene, gateway: EndpointGateway) => Promise<unknown>;

const pathOf = ({ id }: EndpointGateway): string => `/endpoint_gateways/${id}`;

const strangers: Readonly<Record<Exclude<Disturbance, 'wipe status' | 'restart'>, Stranger>> = {
  rename: async ({ client }, gateway) => client.vpc('PATCH', pathOf(gateway), { body: { name: 'drifted' } }),
  'attach group': async (scene, { id }) =>
    scene.client.vpc('PUT', `/security_groups/${scene.group('group-7').id}/targets/${id}`),
  'detach group': async ({ client }, { id, securityGroups }) => {
    const [group] = securityGroups;
    return client.vpc('DELETE', `/security_groups/${group?.id}/targets/${id}`);
  },
  unbind: async ({ client }, gateway) => {
    for (const { id } of gateway.ips.values()) {
      await client.vpc('DELETE', `${pathOf(gateway)}/ips/${id}`);
    }
  },
  bind: async (scene, gateway) => {
    for (const zone of [1, 2, 3]) {
      await scene.client.vpc('PUT', `${pathOf(gateway)}/ips/${reservedIP(scene, `stray-${zone}`).id}`);
    }
  },
  delete: async ({ client }, gateway) => client.vpc('DELETE', pathOf(gateway)),
  tag: async ({ client }, { crn }) => {
    for (const [type, tag] of [
      ['user', 'billing:x'],
      ['access', 'access:others'],
    ]) {
      await client.tagging('POST', `/v3/tags/attach?tag_type=${type}`, {
        resources: [{ resource_id: crn }],
        tag_names: [tag],
      });
    }
  },
  untag: async (scene, { crn }) =>
    scene.client.tagging('POST', '/v3/tags/detach?tag_type=user', {
      resources: [{ resource_id: crn }],
      tag_names: await scene.tagsOf(crn),
    }),
  'change mode': async ({ client }, gateway) => {
    const mode = gateway.dnsResolutionBindingMode === 'primary' ? 'disabled' : 'primary';
    return client.vpc('PATCH', pathOf(gateway), { body: { dns_resolution_binding_mode: mode } });
  },
  'bind bucket': async (scene, gateway) =>
    scene.client.vpc('POST', `${pathOf(gateway)}/resource_bindings`, {
      body: { name: 'theirs', target: { crn: bucketCrn(scene, 'theirs') } },
    }),
  'unbind buckets': async ({ client }, gateway) => {
    for (const { id } of gateway.resourceBindings.values()) {
      await client.vpc('DELETE', `${pathOf(gateway)}/resource_bindings/${id}`);
    }
  },
};
