/** What a Pod gets by a projected volume, and what IAM knows of the cluster that signs it. */
import { writeFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';

import type { Cluster } from '../cloud/iam/clusters.ts';
import type { ControlPlane, ServiceAccountName } from '../cluster/control-plane.ts';
import { kubectl } from './kubectl.ts';

/** Writes a fresh token of the ServiceAccount with audience `iam`, as the kubelet does when the last one gets old. */
export async function projectToken(
  plane: ControlPlane,
  { namespace, name }: ServiceAccountName,
  file: string,
): Promise<void> {
  const token = await kubectl(plane, [
    'create',
    'token',
    name,
    '-n',
    namespace,
    '--audience=iam',
    '--duration=1h',
  ]);
  await writeFile(file, token, { mode: 0o600 });
}

/** The control plane under an id, with the keys that it publishes. */
export async function clusterOf(plane: ControlPlane, id: string): Promise<Cluster> {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await kubectl(plane, ['get', '--raw', path])) as unknown;
  const { issuer } = (await read('/.well-known/openid-configuration')) as { readonly issuer: string };
  return { id, issuer, keys: (await read('/openid/v1/jwks')) as JSONWebKeySet };
}
