/**
 * What holds of one step of the guard, whatever the status says and whatever is seen (design §6). The times of proofs
 * are read as the schema has them; nothing is taken for granted of how they came about.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isClosed } from '../../../src/cloud/key-types.ts';
import { isDeleting } from '../../../src/controller/finalizer.ts';
import { isObserved } from '../../../src/controller/management.ts';
import type { Action } from '../../../src/kinds/hpcs-network-policy/actions.ts';
import { nextGuard } from '../../../src/kinds/hpcs-network-policy/guard.ts';
import { isLate } from '../../../src/kinds/hpcs-network-policy/guard/change.ts';
import { rulesOf, wantsOpen } from '../../../src/kinds/hpcs-network-policy/guard/wishes.ts';
import { intent } from '../../../src/kinds/hpcs-network-policy/intent.ts';
import type { Answer } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import { plan, planDeletion, type PolicyPlan } from '../../../src/kinds/hpcs-network-policy/plan.ts';
import { report } from '../../../src/kinds/hpcs-network-policy/report.ts';
import { changedPolicies, identity, type Moment, moments, policies, sights } from './guard-arbitraries.ts';

const numRuns = 3_000;

function planOf({ resource, observed }: Moment): PolicyPlan {
  return isDeleting(resource) ? planDeletion(resource, observed) : plan(resource, observed);
}

/** Moments in which the operator sends this. */
function sending(kind: Action['kind']): fc.Arbitrary<Moment & { readonly action: Action }> {
  return moments
    .map((moment) => ({ ...moment, planned: planOf(moment) }))
    .filter(({ resource, planned }) => planned.kind === 'act' && !isObserved(resource))
    .map(({ planned, ...moment }) => ({
      ...moment,
      action: (planned as Extract<PolicyPlan, { kind: 'act' }>).actions[0] as Action,
    }))
    .filter(({ action }) => action.kind === kind);
}

const sent = { numRuns: 300 };

function saysClosed(answer: Answer | undefined): boolean | undefined {
  return answer?.kind === 'answered' ? isClosed(answer.policy) : undefined;
}

it('there is a plan for everything, of one action if any, and none asks for another look at once', () => {
  fc.assert(
    fc.property(moments, (moment) => {
      const planned = planOf(moment);
      expect(['act', 'settled', 'stalled', 'wait']).toContain(planned.kind);
      const againInMs = 'againInMs' in planned ? planned.againInMs : undefined;
      expect(againInMs ?? 1).toBeGreaterThan(0);
      expect(planned.kind === 'act' ? planned.actions.length : 1).toBe(1);
      expect(report(moment.resource, moment.observed).state).toBeDefined();
    }),
    { numRuns },
  );
});

it('proofs are ascending, spaced, of this process, within the window, no more than are asked for', () => {
  fc.assert(
    fc.property(policies, sights, (resource, seen) => {
      const { proofs } = nextGuard(resource, seen);
      const { windowMs, spacingMs, successes } = rulesOf(resource);
      const told = resource.status?.proofs?.by === identity ? resource.status.proofs.times : [];
      const known = new Set(told.map((time) => Date.parse(time)));
      for (const [index, at] of proofs.entries()) {
        expect(known.has(at) || (at === seen.nowMs && seen.private?.kind === 'answered')).toBe(true);
        expect(at).toBeLessThanOrEqual(seen.nowMs);
        expect(seen.nowMs - at).toBeLessThan(windowMs);
        expect(at - (proofs[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(spacingMs / 2);
      }
      expect(proofs.length).toBeLessThanOrEqual(successes);
    }),
    { numRuns },
  );
});

it('a path that fails, a denial, or nobody asked leaves no proof', () => {
  fc.assert(
    fc.property(policies, sights, (resource, seen) => {
      fc.pre(seen.private?.kind !== 'answered' && seen.private?.kind !== 'failed');
      expect(nextGuard(resource, seen).proofs).toEqual([]);
    }),
    { numRuns },
  );
});

it('an instance is closed over the private path alone, where it is open, after all the proofs', () => {
  fc.assert(
    fc.property(sending('Close'), ({ resource, observed, action }) => {
      const { successes, windowMs } = rulesOf(resource);
      const { proofs, change } = observed.guard;
      expect(change).toBeUndefined();
      expect(action).toMatchObject({
        over: 'private',
        verb: 'close',
        setting: { enabled: true, allowedNetwork: 'private-only' },
      });
      expect(resource.spec.allowedNetwork).toBe('PrivateOnly');
      expect(isDeleting(resource)).toBe(false);
      expect(observed).toMatchObject({ isAllowed: true, rival: undefined });
      expect(saysClosed(observed.private)).toBe(false);
      expect(proofs.length).toBeGreaterThanOrEqual(successes);
      expect(action.beforeMs).toBeLessThanOrEqual((proofs.at(-successes) ?? 0) + windowMs);
      expect(action.beforeMs).toBeGreaterThan(observed.nowMs);
      const next = intent(action, observed);
      expect(next?.change).toMatchObject({ phase: 'Sent', generation: 3 });
      // Spent, whatever becomes of it.
      expect(next?.proofs?.times).toEqual([]);
    }),
    sent,
  );
});

it('a closing begins only with an instance that is active, initialised as far as it is told, and a gateway that is Ready', () => {
  fc.assert(
    fc.property(sending('Close'), ({ resource, observed: { instance, isDedicated, gateway } }) => {
      expect(instance).toMatchObject({ state: 'active' });
      expect(isDedicated).toBe(false);
      const needs = resource.spec.initializationAsserted ? {} : { service: 'kms' };
      expect(instance).toMatchObject(needs);
      expect(gateway).toMatchObject(gateway.kind === 'none' ? {} : { kind: 'found', isReady: true });
    }),
    sent,
  );
});

it('what was there before is put back only where a change is known, over an endpoint that answers', () => {
  fc.assert(
    fc.property(sending('PutBack'), ({ resource, observed, action }) => {
      const before = resource.status?.change;
      expect(observed.guard.change).toMatchObject({ was: before?.was, phase: 'PuttingBack' });
      expect(observed[action.over]).toMatchObject({ kind: 'answered' });
      expect(isClosed(action.setting)).toBe(false);
      expect(action.setting.enabled).toBe(before?.was.enabled);
      expect(intent(action, observed)?.change).toEqual(observed.guard.change);
    }),
    sent,
  );
});

it('putting back is decided on only where the private path fails, or has failed again since it came back', () => {
  const deciding = sending('PutBack').filter(
    ({ resource }) => resource.status?.change?.phase !== 'PuttingBack',
  );
  fc.assert(
    fc.property(deciding, ({ observed: { guard, private: inner } }) => {
      expect(['answered', 'noWay']).toContain(inner?.kind);
      expect(inner?.kind === 'noWay' || guard.change?.failed).toBe(true);
    }),
    sent,
  );
});

it('an instance is opened only where it is read to be closed, over the endpoint that says so', () => {
  fc.assert(
    fc.property(sending('Open'), ({ observed, action }) => {
      expect(saysClosed(observed[action.over])).toBe(true);
      expect(action).toMatchObject({ verb: 'open', setting: { allowedNetwork: 'public-and-private' } });
    }),
    sent,
  );
});

it('no change is invented', () => {
  fc.assert(
    fc.property(policies, sights, (resource, seen) => {
      fc.pre(resource.status?.change === undefined);
      expect(nextGuard(resource, seen).change).toBeUndefined();
    }),
    { numRuns },
  );
});

/** What becomes of a change that is known. */
const changes = fc.tuple(changedPolicies, sights).map(([{ resource, known: before }, seen]) => ({
  resource,
  seen,
  before,
  ...nextGuard(resource, seen),
}));

it('what is known of a change stays: when, for which wish, what was there before, that it is put back', () => {
  const staying = changes.filter(({ change }) => change !== undefined);
  fc.assert(
    fc.property(staying, ({ before, change }) => {
      const { time, generation, was } = before;
      expect(change).toMatchObject({ time, generation, was });
      expect(before.phase === 'PuttingBack').toBe(
        before.phase === 'PuttingBack' && change?.phase === 'PuttingBack',
      );
    }),
    sent,
  );
});

it('a change ends only with an answer that tells what the policy is, and not while it is put back', () => {
  const ended = changes.filter(({ change }) => change === undefined);
  fc.assert(
    fc.property(ended, ({ seen, before }) => {
      expect([seen.private?.kind, seen.public?.kind]).toContain('answered');
      expect(before.phase).not.toBe('PuttingBack');
    }),
    sent,
  );
});

it('one that was lost is confirmed by as many proofs as it took to close', () => {
  const ended = changes.filter(
    ({ change, before, resource }) => change === undefined && before.phase !== 'Sent' && !wantsOpen(resource),
  );
  fc.assert(
    fc.property(ended, ({ resource, seen }) => {
      const told = resource.status?.proofs?.times.length ?? 0;
      expect(told + (seen.private?.kind === 'answered' ? 1 : 0)).toBeGreaterThanOrEqual(
        rulesOf(resource).successes,
      );
    }),
    { numRuns: 100 },
  );
});

it('a path is taken for lost only once it failed, past the time that a closing may take', () => {
  const lost = changes.filter(({ change, before }) => change?.phase === 'Lost' && before.phase === 'Sent');
  fc.assert(
    fc.property(lost, ({ resource, seen, before }) => {
      expect(seen.private?.kind).toBe('noWay');
      expect(isLate(before, resource, seen)).toBe(true);
    }),
    sent,
  );
});
