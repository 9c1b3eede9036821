/**
 * Writes statuses: only when they differ, always by server-side apply of one field manager, and each on condition that
 * it replaces the one that was decided on. The Lease does not fence; this does (design §4.5, §4.8).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { keyOf, type ResourceType } from '../kube/object.ts';
import type { CommonStatus, Resource } from './kind.ts';

export const fieldManager = 'vpe-operator';

/** Somebody who edits the object without pause must not have us write without pause: the queue's pauses apply then. */
const mostReads = 3;

export interface StatusWriter {
  readonly client: Pick<KubeClient, 'get' | 'applyStatus'>;
  readonly type: ResourceType;
  readonly log: Logger;
}

/**
 * Writes the status when it differs; returns the object as it then is. It replaces the status that was decided on and
 * no other: a leader that was paused cannot overwrite what its successor has stored meanwhile, an intent
 * above all. That the rest of the object changes under it is no obstacle. Throws a KubeError `conflict` when the status
 * is not the one that was decided on, or when the object changes all the time.
 */
export async function writeStatus(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  if (isDeepStrictEqual(plain(resource.status), plain(next))) {
    return resource;
  }
  let basis = resource;
  for (let reads = 0; ; reads += 1) {
    try {
      const written = await apply(writer, basis, next, signal);
      writer.log.debug({ state: next.state }, 'status written');
      return written;
    } catch (error) {
      if (!(error instanceof KubeError) || error.reason !== 'conflict' || reads === mostReads) {
        throw error;
      }
      const read = await writer.client.get<Resource>(writer.type, keyOf(resource), signal);
      const hasChanged = read.metadata.resourceVersion !== basis.metadata.resourceVersion;
      if (!hasChanged || !hasSameStatus(read, resource)) {
        throw error;
      }
      basis = read;
    }
  }
}

/**
 * Stores an intent: the status with its fields, on condition that the object is still the version that was decided
 * on, and reads it back from the API server. Throws a KubeError `conflict` when the object has changed before, and
 * IntentLost when it has changed since; what was stored is then taken back, as nothing was sent.
 */
export async function writeIntent(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  const written = await apply(writer, resource, next, signal);
  const read = await writer.client.get<Resource>(writer.type, keyOf(resource), signal);
  if (isStoredIn(read, written)) {
    return read;
  }
  if (hasSameStatus(read, written)) {
    await writeStatus(writer, read, resource.status ?? {}, signal);
  }
  throw new IntentLost();
}

/** Refused as `conflict` unless the object still is this version. */
async function apply(
  { client, type }: StatusWriter,
  object: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  const { resourceVersion } = object.metadata;
  return client.applyStatus(type, object, next, { fieldManager, resourceVersion }, signal);
}

/** The object changed between storing an intent and reading it back; nothing was sent to the cloud. */
export class IntentLost extends Error {
  override readonly name = 'IntentLost';
  constructor() {
    super('the object changed while an intent was being stored');
  }
}

function isStoredIn(read: Resource, written: Resource): boolean {
  return (
    hasSameStatus(read, written) &&
    read.metadata.generation === written.metadata.generation &&
    read.metadata.deletionTimestamp === written.metadata.deletionTimestamp
  );
}

function hasSameStatus(left: Resource, right: Resource): boolean {
  return (
    left.metadata.uid === right.metadata.uid && isDeepStrictEqual(plain(left.status), plain(right.status))
  );
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
