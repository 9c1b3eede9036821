/** The conditions beside Ready: whether the private path works, whether public calls are denied, how long HPCS lasts. Pure. */
import { findCondition, type ReportedCondition } from '../../../controller/conditions.ts';
import { diagnose } from '../diagnosis.ts';
import { isLeaving, serviceOf } from '../instance.ts';
import { isRead, type Observed, type PolicyResource } from '../observed.ts';
import type { Reason } from '../reasons.ts';
import type { HpcsNetworkPolicyStatus } from '../types.gen.ts';

interface Said extends ReportedCondition {
  readonly reason: Reason;
}

export function privatePath(observed: Observed): readonly Said[] {
  const { private: inner, endpoints } = observed;
  const type = 'PrivatePath';
  if (inner === undefined) {
    const message = 'The private endpoint was not asked';
    return [{ type, status: 'Unknown', reason: 'PathNotAsked', message }];
  }
  const found = diagnose(inner, observed);
  if (found === undefined) {
    const message = `The policy was read at ${endpoints?.private ?? 'the private endpoint'}`;
    return [{ type, status: 'True', reason: 'PathWorks', message }];
  }
  // Whoever answers, if only by a denial or a fault, was reached.
  return [{ type, status: inner.kind === 'noWay' ? 'False' : 'Unknown', ...found }];
}

/** Of a closed instance only; once it is known it is not asked for again, and stays what it was. */
export function enforced(
  { status }: PolicyResource,
  observed: Observed,
  access: HpcsNetworkPolicyStatus['access'],
): readonly ReportedCondition[] {
  if (access !== 'PrivateOnly') {
    return [];
  }
  const type = 'Enforced';
  const { instance, public: outer, private: inner } = observed;
  if (isRead(instance) && isLeaving(instance.state)) {
    const message = 'The deletion of the instance was asked for, which ends the enforcement of its policy';
    return [{ type, status: 'False', reason: 'InstanceDeleted', message }];
  }
  if (outer === undefined) {
    const before = findCondition(status?.conditions, type);
    return before === undefined ? [] : [before];
  }
  switch (outer.kind) {
    case 'answered': {
      const message = 'The policy says private-only, and the public endpoint still answers';
      return [{ type, status: 'False', reason: 'StillOpen', message }];
    }
    case 'denied': {
      // A denial alone may be about a role: the private answer makes the difference.
      const isProven = inner?.kind === 'answered';
      const message = isProven
        ? 'The private endpoint answers, and the public one denies the same call'
        : 'The public endpoint denies calls, and the private one does not say why';
      return [
        {
          type,
          status: isProven ? 'True' : 'Unknown',
          reason: isProven ? 'PublicDenied' : 'PublicUnclear',
          message,
        },
      ];
    }
    case 'failed': {
      const message = `The public endpoint answers otherwise: ${outer.error.message}`;
      return [{ type, status: 'Unknown', reason: 'PublicUnclear', message }];
    }
    default: {
      const message = 'The public endpoint cannot be reached from where the operator runs';
      return [{ type, status: 'Unknown', reason: 'NoPublicEgress', message }];
    }
  }
}

/** Hyper Protect Crypto Services ends then, and its instances are deleted (fact sheet §0.1). */
const endsAtMs = Date.UTC(2027, 2, 28);
const dayMs = 86_400_000;

export function advisory(resource: PolicyResource, { cloudNowMs, instance }: Observed): readonly Said[] {
  const service = isRead(instance) ? instance.service : serviceOf(resource);
  if (service !== 'hs-crypto') {
    return [];
  }
  const message = `Hyper Protect Crypto Services ends on 28 March 2027, ${daysLeft(cloudNowMs)}, and its instances are deleted then; Key Protect Dedicated with context-based restrictions takes its place`;
  return [{ type: 'Advisory', status: 'True', reason: 'ServiceEnds', message }];
}

/** In words, so that a drift check can tell whether they are still true. */
export function daysLeft(cloudNowMs: number): string {
  const days = Math.max(0, Math.ceil((endsAtMs - cloudNowMs) / dayMs));
  return days === 0 ? 'which has come' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
}
