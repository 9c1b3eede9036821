/** Objects and verdicts for tests of the engine. */
import type { CloudErrorReason } from '../../src/cloud/errors.ts';
import type { Condition } from '../../src/controller/conditions.ts';
import type { CommonSpec, CommonStatus, Report, Resource } from '../../src/controller/kind.ts';
import type { Verdict } from '../../src/controller/outcome.ts';
import type { ObjectMeta } from '../../src/kube/object.ts';

export const nowMs = Date.UTC(2026, 0, 1, 12);
export const now = '2026-01-01T12:00:00Z';
export const earlier = '2026-01-01T11:00:00Z';

interface SpecWithRegion extends CommonSpec {
  readonly region: string;
}

export interface ResourceParts {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Partial<SpecWithRegion>;
  readonly status?: CommonStatus;
}

export function resource({ metadata, spec, status }: ResourceParts = {}): Resource {
  return {
    apiVersion: 'test.vpe-operator.io/v1',
    kind: 'Thing',
    metadata: {
      namespace: 'default',
      name: 'thing',
      uid: 'uid-1',
      resourceVersion: '1',
      generation: 3,
      creationTimestamp: earlier,
      ...metadata,
    },
    spec: specOf(spec),
    ...(status !== undefined && { status }),
  };
}

function specOf(parts: Partial<SpecWithRegion> = {}): SpecWithRegion {
  return { account: 'default', region: 'us-south', suspend: false, managementPolicy: 'Manage', ...parts };
}

export function condition(type: string, parts: Partial<Condition> = {}): Condition {
  return {
    type,
    status: 'True',
    reason: 'Succeeded',
    message: '',
    observedGeneration: 3,
    lastTransitionTime: earlier,
    ...parts,
  };
}

export function report(parts: Partial<Report<CommonStatus>> = {}): Report<CommonStatus> {
  return { state: 'Stable', fields: {}, conditions: [], ...parts };
}

export function failed(reason: CloudErrorReason, retryAfterMs?: number): Verdict {
  const failure = { reason, message: `it is ${reason}`, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { kind: 'failed', failure };
}

export const settled: Verdict = { kind: 'settled' };
export const acted: Verdict = { kind: 'acted', message: 'rename it' };
export const paused: Verdict = { kind: 'paused', message: 'suspended' };
export const differs: Verdict = { kind: 'differs', message: 'rename it' };
export const stalled: Verdict = { kind: 'stalled', reason: 'Collision', message: 'there is another' };

export function waiting(parts: Partial<Extract<Verdict, { kind: 'waiting' }>> = {}): Verdict {
  return { kind: 'waiting', reason: 'Progressing', message: 'working on it', pace: 'changing', ...parts };
}
