/**
 * The status as a whole: composed in one place, written only when it differs, always by server-side apply of one
 * field manager, so that a field that is left out goes away.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { KubeClient } from '../kube/client.ts';
import { keyOf, type ResourceType } from '../kube/object.ts';
import { mergeConditions } from './conditions.ts';
import { isDeleting } from './finalizer.ts';
import {
  type CommonStatus,
  reconcileAtAnnotation,
  type Report,
  type ReportedCondition,
  type Resource,
} from './kind.ts';
import { commonConditions, type Verdict } from './outcome.ts';

export const fieldManager = 'vpe-operator';

/** Types of the conditions that `commonConditions` makes; the others belong to the kind's report. */
const common: ReadonlySet<string> = new Set(['Ready', 'Reconciling', 'Stalled']);

export interface Concluded {
  readonly verdict: Verdict;
  /** Passes in a row that came to the same, this one included. */
  readonly attempts: number;
  /** Absent when the pass failed before it had observed: then the kind's part of the status stays. */
  readonly report?: Report<CommonStatus>;
  readonly accountID?: string;
  readonly nowMs: number;
}

/** The next status; pure. `previous` is the status to carry over from where nothing new is known. */
export function composeStatus(
  resource: Resource,
  previous: CommonStatus,
  concluded: Concluded,
): CommonStatus {
  const { verdict, report } = concluded;
  const generation = resource.metadata.generation ?? 0;
  const state = verdict.kind === 'paused' ? 'Paused' : (report?.state ?? previous.state ?? 'Pending');
  const kindConditions: readonly ReportedCondition[] =
    report?.conditions ?? (previous.conditions ?? []).filter((condition) => !common.has(condition.type));
  const conditions = [
    ...commonConditions(verdict, {
      attempts: concluded.attempts,
      deleting: isDeleting(resource),
      unknownState: state === 'Unknown',
    }),
    ...kindConditions,
  ];
  const handled = resource.metadata.annotations?.[reconcileAtAnnotation];
  const conclusive = verdict.kind !== 'failed';
  return {
    ...(report === undefined ? previous : pinned(resource, previous, concluded)),
    ...report?.fields,
    state,
    observedGeneration: conclusive ? generation : (previous.observedGeneration ?? -1),
    conditions: mergeConditions(previous.conditions ?? [], conditions, {
      generation,
      nowMs: concluded.nowMs,
    }),
    ...(conclusive && handled !== undefined && { lastHandledReconcileAt: handled }),
  };
}

/** What the status keeps whatever a report says: the account and region of the first write (design §4.4). */
function pinned(resource: Resource, previous: CommonStatus, concluded: Concluded): CommonStatus {
  const accountID = previous.accountID ?? concluded.accountID;
  const { lastHandledReconcileAt } = previous;
  return {
    ...(accountID !== undefined && { accountID }),
    region: previous.region ?? resource.spec.region,
    ...(lastHandledReconcileAt !== undefined && { lastHandledReconcileAt }),
  };
}

export interface StatusWriter {
  readonly client: KubeClient;
  readonly type: ResourceType;
  readonly log: Logger;
}

/** Writes the status when it differs; returns the object as it then is. */
export async function writeStatus(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  if (isDeepStrictEqual(plain(resource.status), plain(next))) {
    return resource;
  }
  const written = await writer.client.applyStatus(
    writer.type,
    resource,
    next,
    { fieldManager, force: true },
    signal,
  );
  writer.log.debug({ state: next.state }, 'status written');
  return written;
}

/**
 * Stores an intent: the status with its fields, on condition that the object is still the version that was decided
 * on, and reads it back from the API server. Throws a KubeError `conflict` when the object has changed meanwhile.
 */
export async function writeIntent(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  const { resourceVersion } = resource.metadata;
  const options = { fieldManager, force: true, resourceVersion } as const;
  const written = await writer.client.applyStatus(writer.type, resource, next, options, signal);
  const read = await writer.client.get<Resource>(writer.type, keyOf(resource), signal);
  if (!isStoredIn(read, written)) {
    throw new IntentLost();
  }
  return read;
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
    read.metadata.uid === written.metadata.uid &&
    read.metadata.generation === written.metadata.generation &&
    read.metadata.deletionTimestamp === written.metadata.deletionTimestamp &&
    isDeepStrictEqual(plain(read.status), plain(written.status))
  );
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
