/** What keeps a gateway from Ready that has to be proven (`verify.required`) and is not. Pure. */
import { findCondition, type ReportedCondition } from '../../../controller/conditions.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import type { GatewayPlan } from '../plan.ts';
import { proofConditions } from '../proofs/conditions.ts';
import type { GatewayProofs, Unproven } from '../proofs/proofs.ts';
import type { Reason } from '../reasons.ts';

/** `undefined`: nothing does. */
export function requiredProofs(resource: GatewayResource, observed: Observed): GatewayPlan | undefined {
  const proofs = observed.paths?.proofs;
  if (resource.spec.verify?.required !== true || proofs === undefined) {
    return undefined;
  }
  if (proofs === 'off') {
    const message =
      'verify.required asks for proofs, and the configuration of the operator switches them off (probes.enabled)';
    return { kind: 'stalled', reason: 'NotProbed', message };
  }
  const conditions = proofConditions(observed).filter(({ reason }) => reason !== notProbed);
  const missing = conditions.find(({ status }) => status !== 'True');
  if (missing !== undefined) {
    return because(resource, missing, proofs);
  }
  const message =
    'verify.required asks for proofs, and nothing of this gateway can be proven: see DNSVerified and Reachable';
  return conditions.length > 0 ? undefined : { kind: 'stalled', reason: notProbed, message };
}

const notProbed: Unproven['reason'] = 'NotProbed';

/** A proof that has been failing for long enough needs somebody's hand; before that, DNS and routes may just be slow. */
function because(
  { status }: GatewayResource,
  { type, status: now, reason, message }: ReportedCondition,
  { nowMs, convergenceMs }: GatewayProofs,
): GatewayPlan {
  const missing = { reason: reason as Reason, message: `${type}: ${message}` };
  if (reason === 'Proving') {
    return { kind: 'wait', ...missing, pace: 'slow' };
  }
  if (now === 'Unknown') {
    return { kind: 'stalled', ...missing };
  }
  const before = findCondition(status?.conditions, type);
  const since = before?.status === 'False' ? Date.parse(before.lastTransitionTime) : nowMs;
  return nowMs - since < convergenceMs
    ? { kind: 'wait', ...missing, pace: 'slow' }
    : { kind: 'stalled', ...missing };
}
