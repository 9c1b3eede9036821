/**
 * What a manifest would be as an object of the cluster: defaulted, validated and admitted by the API server in a dry
 * run, which stores nothing, with the status of the object that exists. As `kubectl apply` with the same file before,
 * it takes the spec from the file alone, and keeps labels and annotations that others have put there.
 */
import type { Resource } from '../controller/kind.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import type { Draft } from '../kube/object.ts';
import type { Manifest } from './manifests.ts';

/** Set by the API server: a file that was read from a cluster may hold those of another object. */
const serverFields: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** In the place of the uid that an object has once it exists; a dry run gives one that no object ever has. */
const uidToCome = '<uid>';

/** Throws KubeError, `invalid` when the API server refuses the manifest. */
export async function rehearse(
  client: Pick<KubeClient, 'get' | 'dryRun'>,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Resource> {
  const { kind, namespace, name } = manifest;
  const existing = await find(client, manifest, signal);
  const own = Object.entries(manifest.fields.metadata).filter(([field]) => !serverFields.has(field));
  const declared = { ...Object.fromEntries(own), namespace, name };
  const metadata =
    existing === undefined
      ? declared
      : {
          ...existing.metadata,
          labels: { ...existing.metadata.labels, ...asLabels(manifest, 'labels') },
          annotations: { ...existing.metadata.annotations, ...asLabels(manifest, 'annotations') },
        };
  const draft = { ...manifest.fields, metadata } as unknown as Draft<Resource>;
  const resource = await client.dryRun<Resource>(kind.type, draft, signal);
  return existing === undefined
    ? { ...resource, metadata: { ...resource.metadata, uid: uidToCome } }
    : resource;
}

async function find(
  client: Pick<KubeClient, 'get'>,
  { kind, namespace, name }: Manifest,
  signal: AbortSignal,
): Promise<Resource | undefined> {
  try {
    return await client.get<Resource>(kind.type, `${namespace}/${name}`, signal);
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'absent') {
      return undefined;
    }
    throw error;
  }
}

/** Not checked here: the API server says what is wrong with them. */
function asLabels({ fields }: Manifest, field: 'labels' | 'annotations'): object {
  const value = fields.metadata[field];
  return typeof value === 'object' && value !== null ? value : {};
}
