/**
 * The state table of design §5.3, row by row: state, Ready with its reason, and the condition beside it, of an object
 * as a whole. What is told in which words, and when it is looked at again, is in lifecycle.test.ts.
 */
import { describe, expect, it } from '@jest/globals';

import { type Condition, findCondition } from '../../../src/controller/conditions.ts';
import { verdictOfPlan } from '../../../src/controller/outcome.ts';
import { composeStatus } from '../../../src/controller/status.ts';
import type { GatewayResource, Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { plan } from '../../../src/kinds/endpoint-gateway/plan.ts';
import { planDeletion } from '../../../src/kinds/endpoint-gateway/plan/deletion.ts';
import type { GatewayProofs } from '../../../src/kinds/endpoint-gateway/proofs/proofs.ts';
import { report } from '../../../src/kinds/endpoint-gateway/report.ts';
import { convergenceMs, kmsName, nowMs, proofs, seen as seenProofs } from './proofs/samples.ts';
import { deleting, gateway, intent, observed, observedNone, resource } from './samples.ts';

function inState(lifecycle: string, code?: string, health = 'ok'): Observed {
  const reasons = code === undefined ? [] : [{ code, message: `because ${code}` }];
  return observed({
    gateway: gateway({ lifecycle_state: lifecycle, lifecycle_reasons: reasons, health_state: health }),
  });
}

interface Shown {
  readonly attempts?: number;
  readonly isDeleting?: boolean;
  readonly object?: GatewayResource;
}

interface Told {
  readonly names?: GatewayProofs['names'];
  readonly failedForMs?: number;
}

const failing: GatewayProofs['names'] = {
  status: 'Failing',
  results: [{ name: kmsName, addresses: [], failure: 'ENOTFOUND' }],
};

/** `state; Ready status reason; Reconciling or Stalled`, after so many passes that came to the same. */
function shown(seen: Observed, { attempts = 1, isDeleting = false, object: given }: Shown = {}): string {
  const object = given ?? resource(isDeleting ? { metadata: deleting } : {});
  const verdict = verdictOfPlan(isDeleting ? planDeletion(object, seen) : plan(object, seen));
  const status = composeStatus(object, {}, { verdict, attempts, report: report(object, seen), nowMs: 0 });
  const ready = findCondition(status.conditions, 'Ready');
  const beside = ['Reconciling', 'Stalled'].filter((type) => findCondition(status.conditions, type));
  return [status.state, `${ready?.status} ${ready?.reason}`, ...beside].join('; ');
}

describe('the state table (design §5.3)', () => {
  it.each<[string, Observed, string]>([
    ['none yet', observedNone({ intent }), 'Pending; False CreateUnconfirmed; Reconciling'],
    ['none yet, before the create', observedNone(), 'Pending; False Progressing; Reconciling'],
    ['pending', inState('pending'), 'Pending; False Progressing; Reconciling'],
    ['waiting', inState('waiting'), 'Waiting; False Progressing; Reconciling'],
    ['updating', inState('updating'), 'Updating; False Progressing; Reconciling'],
    [
      'access_pending',
      inState('pending', 'access_pending'),
      'Pending; False AwaitingAcceptance; Reconciling',
    ],
    [
      'dns_resolution_binding_pending',
      inState('updating', 'dns_resolution_binding_pending'),
      'Waiting; False DNSBindingPending; Reconciling',
    ],
    ['stable, ok', inState('stable'), 'Stable; True Succeeded'],
    ['stable, degraded', inState('stable', undefined, 'degraded'), 'Stable; True Succeeded'],
    ['stable, faulted', inState('stable', undefined, 'faulted'), 'Stable; False Faulted; Reconciling'],
    ['access_denied', inState('failed', 'access_denied'), 'Failed; False AccessDeniedByProvider; Stalled'],
    ['access_expired', inState('failed', 'access_expired'), 'Failed; False AccessExpired; Stalled'],
    ['failed, without a reason', inState('failed'), 'Failed; False Failed; Stalled'],
    ['internal_error', inState('failed', 'internal_error'), 'Failed; False Failed; Reconciling'],
    [
      'suspended',
      inState('suspended', 'resource_suspended_by_provider'),
      'Suspended; False SuspendedByProvider; Stalled',
    ],
    ['deleting, not ours', inState('deleting'), 'Deleting; False DeletedOutside; Reconciling'],
    ['a word never seen', inState('hibernating'), 'Unknown; Unknown UnknownLifecycleState; Reconciling'],
  ])('%s', (_, seen, expected) => {
    expect(shown(seen)).toBe(expected);
  });

  it('stalls after a deadline where waiting may help', () => {
    expect(shown(inState('stable', undefined, 'faulted'), { attempts: 8 })).toContain('Stalled');
    expect(shown(inState('failed', 'internal_error'), { attempts: 3 })).toContain('Stalled');
    expect(shown(inState('pending', 'access_pending'), { attempts: 1000 })).toContain('Reconciling');
  });

  it.each<[string, Told, string]>([
    ['proven', {}, 'Stable; True Succeeded'],
    ['not proven yet', { names: { status: 'Unproven', results: [] } }, 'Stable; False Proving; Reconciling'],
    ['failing', { names: failing }, 'Stable; False DNSNoAnswer; Reconciling'],
    [
      'failing for long',
      { names: failing, failedForMs: convergenceMs },
      'Stable; False DNSNoAnswer; Stalled',
    ],
  ])('stable, ok, a required proof is %s', (_, { names, failedForMs = 0 }, expected) => {
    const seen = seenProofs({ proofs: proofs(names === undefined ? {} : { names }) });
    const before: Condition = {
      type: 'DNSVerified',
      status: 'False',
      reason: 'DNSNoAnswer',
      message: '',
      lastTransitionTime: new Date(nowMs - failedForMs).toISOString(),
    };
    const verify = { dns: true, required: true } as const;
    const object = resource({ spec: { verify }, status: { conditions: [before] } });
    expect(shown(seen, { object })).toBe(expected);
  });

  it.each<[string, Observed, string]>([
    ['deleting, ours', inState('deleting'), 'Deleting; False Deleting; Reconciling'],
    ['stable', inState('stable'), 'Deleting; False Deleting; Reconciling'],
    ['updating', inState('updating'), 'Deleting; False Deleting; Reconciling'],
    ['awaiting acceptance', inState('pending', 'access_pending'), 'Deleting; False Deleting; Reconciling'],
    ['denied', inState('failed', 'access_denied'), 'Deleting; False Deleting; Reconciling'],
    ['suspended', inState('suspended'), 'Deleting; False SuspendedByProvider; Stalled'],
  ])('while the object is being deleted: %s', (_, seen, expected) => {
    expect(shown(seen, { isDeleting: true })).toBe(expected);
  });

  it('shows degraded health beside Ready', () => {
    const seen = inState('stable', undefined, 'degraded');
    expect(report(resource(), seen).conditions).toContainEqual({
      type: 'Advisory',
      status: 'True',
      reason: 'Degraded',
      message: 'The VPC API reports reduced performance, capacity or connectivity',
    });
  });
});
