/** What is still there after everything was deleted, in the cloud and in Kubernetes. */
import type { Cloud } from '../cloud/cloud.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { kubectl } from '../harness/kubectl.ts';

interface List {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] };
  }[];
}

/** A line for each thing left. A gateway of `retained` is meant to stay, with its addresses and without our tag. */
export async function findLeftovers(
  plane: ControlPlane,
  cloud: Cloud,
  retained: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { gateways, tags, reservedIPs } = cloud.control.leftovers();
  const list = JSON.parse(await kubectl(plane, ['get', 'endpointgateways', '-A', '-o', 'json'])) as List;
  return [
    ...gateways
      .filter(({ id }) => !retained.has(id))
      .map(({ id, name, lifecycleState }) => `gateway ${name} (${id}), ${lifecycleState}`),
    ...[...retained]
      .filter((id) => !gateways.some((gateway) => gateway.id === id))
      .map((id) => `gateway ${id} should have been retained, but is gone`),
    ...tags.map(({ crn, tags: names }) => `tags of ${crn}: ${names.join(', ')}`),
    ...reservedIPs
      .filter(({ gateway }) => gateway === undefined || !retained.has(gateway))
      .map(({ id, address }) => `reserved IP ${address} (${id})`),
    ...list.items.map(
      ({ metadata }) => `object ${metadata.name}, finalizers ${metadata.finalizers?.join(', ') ?? '-'}`,
    ),
  ];
}
