import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { verdictOfPlan } from '../../../src/controller/outcome.ts';
import { composeStatus } from '../../../src/controller/status.ts';
import type { Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { plan, planDeletion } from '../../../src/kinds/endpoint-gateway/plan.ts';
import { report } from '../../../src/kinds/endpoint-gateway/report.ts';
import { deleting, gateway, intent, observed, observedNone, resource } from './samples.ts';

function inState(lifecycle: string, code?: string, health = 'ok'): Observed {
  const reasons = code === undefined ? [] : [{ code, message: `because ${code}` }];
  return observed({
    gateway: gateway({ lifecycle_state: lifecycle, lifecycle_reasons: reasons, health_state: health }),
  });
}

/** `state; Ready status reason; Reconciling or Stalled`, after so many passes that came to the same. */
function shown(seen: Observed, { attempts = 1, isDeleting = false } = {}): string {
  const object = resource(isDeleting ? { metadata: deleting } : {});
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
    ...['pending', 'waiting', 'updating'].map(
      (lifecycle) =>
        [
          `${lifecycle}, DNS binding`,
          inState(lifecycle, 'dns_resolution_binding_pending'),
          'Waiting; False DNSBindingPending; Reconciling',
        ] as [string, Observed, string],
    ),
    ['stable, ok', inState('stable'), 'Stable; True Succeeded'],
    ['stable, inapplicable', inState('stable', undefined, 'inapplicable'), 'Stable; True Succeeded'],
    ['stable, degraded', inState('stable', undefined, 'degraded'), 'Stable; True Succeeded'],
    ['stable, faulted', inState('stable', undefined, 'faulted'), 'Stable; False Faulted; Reconciling'],
    ['failed, access denied', inState('failed', 'access_denied'), 'Failed; False Failed; Stalled'],
    ['failed, access expired', inState('failed', 'access_expired'), 'Failed; False Failed; Stalled'],
    ['failed, without a reason', inState('failed'), 'Failed; False Failed; Stalled'],
    ['failed, internal error', inState('failed', 'internal_error'), 'Failed; False Failed; Reconciling'],
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

  it.each<[string, Observed, string]>([
    ['deleting, ours', inState('deleting'), 'Deleting; False Deleting; Reconciling'],
    ['stable', inState('stable'), 'Deleting; False Deleting; Reconciling'],
    ['updating', inState('updating'), 'Deleting; False Deleting; Reconciling'],
    ['failed', inState('failed', 'access_denied'), 'Deleting; False Deleting; Reconciling'],
    ['suspended', inState('suspended'), 'Deleting; False SuspendedByProvider; Stalled'],
  ])('while the object is being deleted: %s', (_, seen, expected) => {
    expect(shown(seen, { isDeleting: true })).toBe(expected);
  });

  it('has a deadline for what may heal by itself', () => {
    const faulted = inState('stable', undefined, 'faulted');
    const broken = inState('failed', 'internal_error');
    expect(shown(faulted, { attempts: 7 })).toContain('Reconciling');
    expect(shown(faulted, { attempts: 8 })).toBe('Stable; False Faulted; Stalled');
    expect(shown(broken, { attempts: 2 })).toContain('Reconciling');
    expect(shown(broken, { attempts: 3 })).toBe('Failed; False Failed; Stalled');
  });

  it('passes on what IBM says', () => {
    expect(plan(resource(), inState('failed', 'access_denied'))).toMatchObject({
      message: 'because access_denied',
    });
  });

  it('shows degraded health beside Ready', () => {
    const seen = inState('stable', undefined, 'degraded');
    expect(report(resource(), seen).conditions).toContainEqual(
      expect.objectContaining({ type: 'Advisory', status: 'True', reason: 'Degraded' }),
    );
  });
});
