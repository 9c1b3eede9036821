/** What becomes in one step of a closing that was, or may have been, sent, whatever is seen (design §6). */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';

import { nextGuard } from '../../../src/kinds/hpcs-network-policy/guard.ts';
import { isLate } from '../../../src/kinds/hpcs-network-policy/guard/change.ts';
import { rulesOf, wantsOpen } from '../../../src/kinds/hpcs-network-policy/guard/wishes.ts';
import { changedPolicies, policies, sights } from './guard-arbitraries.ts';

const numRuns = 3_000;
const sent = { numRuns: 300 };

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
