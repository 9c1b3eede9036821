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
import { isOfNow, rulesOf } from '../../../src/kinds/hpcs-network-policy/guard/wishes.ts';
import { intent } from '../../../src/kinds/hpcs-network-policy/intent.ts';
import type { Answer } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import { plan, planDeletion, type PolicyPlan } from '../../../src/kinds/hpcs-network-policy/plan.ts';
import { report } from '../../../src/kinds/hpcs-network-policy/report.ts';
import { identity, type Moment, moments, policies, sights } from './guard-arbitraries.ts';

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

it('proofs are ascending, spaced, within the window, no more than are asked for, and of this process, endpoint and spec', () => {
  fc.assert(
    fc.property(policies, sights, (resource, seen) => {
      const { proofs } = nextGuard(resource, seen);
      const { windowMs, spacingMs, successes } = rulesOf(resource);
      const told = resource.status?.proofs;
      const isSame =
        told?.by === identity && told.over === seen.over && told.generation === resource.metadata.generation;
      const known = new Set((isSame ? told.times : []).map((time) => Date.parse(time)));
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

it('no closing begins that somebody has called off: who took it back, who opened the instance, or what came of it twice', () => {
  fc.assert(
    fc.property(sending('Close'), ({ resource, observed: { guard, cloudNowMs } }) => {
      expect(guard.takenBack).toBeUndefined();
      const isLeft = guard.applied !== undefined && resource.spec.driftPolicy !== 'Correct';
      expect(isLeft).toBe(false);
      const { count = 0, time = '' } = guard.fruitless ?? {};
      const agoMs = count < 2 ? Infinity : cloudNowMs - Date.parse(time);
      expect(agoMs).toBeGreaterThanOrEqual(600_000);
    }),
    sent,
  );
});

it('a closing without effect is counted once, and forgotten when the instance is closed or the wish is another one', () => {
  fc.assert(
    fc.property(policies, sights, (resource, seen) => {
      const { fruitless, change } = nextGuard(resource, seen);
      const { status } = resource;
      const before = isOfNow(status?.fruitless, resource) ? (status?.fruitless?.count ?? 0) : 0;
      const hasEnded = status?.change !== undefined && change === undefined;
      const after = fruitless?.count ?? 0;
      expect(after === 0 || after === before || (after === before + 1 && hasEnded)).toBe(true);
      expect(saysClosed(seen.private) === true ? after : 0).toBe(0);
      expect(isOfNow(fruitless, resource)).toBe(fruitless !== undefined);
    }),
    { numRuns },
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
