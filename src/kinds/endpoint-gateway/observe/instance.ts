/**
 * A target that the VPC API does not know may be an instance that is not registered yet, for some minutes, or one that
 * is being given up. The Resource Controller tells them apart; it is asked once that was the VPC API's word, and before
 * a gateway is given up for one to that target. It is believed only in what it knows: an instance that it does not show
 * may just not be ours to see.
 */
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { findCondition } from '../../../controller/conditions.ts';
import type { Io } from '../../../controller/kind.ts';
import type { GatewayResource } from '../observed.ts';
import type { Reason } from '../reasons.ts';
import { missing, type Problem, type WantedTarget } from '../wanted/wanted.ts';

const unknownTarget: readonly Reason[] = ['ServiceNotYetAdvertised', 'TargetNotFound'];

/** hpcs-network-policy §3.3. */
const givenUp: ReadonlySet<string> = new Set(['removed', 'pending_reclamation', 'pending_removal']);

/** Whether a create for this generation was refused because the VPC API does not know the target. */
export function isUnknownTarget(
  { metadata, status }: GatewayResource,
  gateway: EndpointGateway | undefined,
): boolean {
  const ready = findCondition(status?.conditions, 'Ready');
  return (
    gateway === undefined &&
    unknownTarget.some((reason) => reason === ready?.reason) &&
    ready?.observedGeneration === metadata.generation
  );
}

/** Throws CloudError. */
export async function instanceProblem(
  target: WantedTarget | undefined,
  io: Io,
): Promise<Problem | undefined> {
  const crn = target?.key ?? '';
  if (!isInstance(crn)) {
    return undefined;
  }
  const { state = '' } = (await io.session.resourceController.getInstance(crn, io)) ?? {};
  return givenUp.has(state)
    ? missing('TargetNotFound', `The service instance is ${state.replaceAll('_', ' ')}: ${crn}`).problem
    : undefined;
}

/** CRN fields 6 and 7 (fact sheet §2.10, §8.1): a scope `a/<account>`, and the instance. */
export function isInstance(crn: string): boolean {
  const fields = crn.split(':');
  return fields[6]?.startsWith('a/') === true && (fields[7] ?? '') !== '';
}
