/**
 * `vpe-operator plan`: what the operator would do about a file of manifests that need not be applied yet. It reads the
 * cloud with the operator's own credentials and functions, and the cluster with those of the user; it writes to
 * neither.
 */
import type { Logger } from 'pino';
import type { Accounts } from '../cloud/accounts.ts';
import { preview, type PreviewDeps } from '../controller/preview.ts';
import { isObserved } from '../controller/management.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Manifest } from './manifests.ts';
import type { PlannedObject } from './plan-report.ts';
import { rehearse } from './rehearse.ts';

export interface PlanDeps {
  readonly client: Pick<KubeClient, 'get' | 'dryRun'>;
  readonly accounts: Pick<Accounts, 'refusal' | 'session'>;
  readonly clusterID: string;
  readonly nodeZones: PreviewDeps['nodeZones'];
  readonly pathsFor: (namespace: string) => PreviewDeps['paths'];
  readonly mayTakeOver: PreviewDeps['mayTakeOver'];
  readonly objects: PreviewDeps['objects'];
  /** The namespaces that the operator watches; absent: all. */
  readonly watchNamespaces: readonly string[] | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** One listing serves all objects of a file. */
const freshMs = 300_000;

/** Each object for itself, in the order of the file: what one of them would change, the next one does not see. */
export async function planManifests(
  manifests: readonly Manifest[],
  deps: PlanDeps,
): Promise<readonly PlannedObject[]> {
  const planned: PlannedObject[] = [];
  for (const manifest of manifests) {
    planned.push(await planManifest(manifest, deps));
  }
  return planned;
}

async function planManifest(manifest: Manifest, deps: PlanDeps): Promise<PlannedObject> {
  const { client, watchNamespaces, signal, pathsFor, ...looking } = deps;
  const { kind, namespace, name } = manifest;
  const object = { kind: kind.type.kind, namespace, name, observed: false };
  if (watchNamespaces !== undefined && !watchNamespaces.includes(namespace)) {
    return { ...object, refusal: { invalid: false, messages: [notWatched(namespace)] } };
  }
  try {
    const resource = await rehearse(client, manifest, signal);
    const found = await preview(resource, {
      ...looking,
      paths: pathsFor(namespace),
      kind,
      signal,
      priority: 'user',
      freshMs,
      identity: 'plan',
    });
    return { ...object, observed: isObserved(resource), found };
  } catch (error) {
    if (!(error instanceof KubeError)) {
      throw error;
    }
    return { ...object, refusal: { invalid: error.reason === 'invalid', messages: refusalOf(error) } };
  }
}

function notWatched(namespace: string): string {
  return `the operator does not watch namespace ${namespace} (watchNamespaces in its configuration)`;
}

function refusalOf({ message, reason, causes }: KubeError): readonly string[] {
  if (reason === 'absent') {
    return [`${message} (does the namespace exist, and are the operator's CRDs installed?)`];
  }
  return causes.length > 0 ? causes : [message];
}
