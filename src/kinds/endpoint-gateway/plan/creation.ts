/** What to do while there is no gateway: create it, or say why not yet. Pure. */
import { sharesDns, type Vpc } from '../../../cloud/vpc-types.ts';
import { attachTags, createGateway } from '../actions.ts';
import { prototypeOf } from '../desired.ts';
import type { Collision, GatewayResource, Observed } from '../observed.ts';
import { ownershipTag } from '../ownership.ts';
import type { GatewayPlan } from '../plan.ts';
import { specProblem } from './spec-problem.ts';
import type { Wanted } from '../wanted/wanted.ts';

export function planCreation(resource: GatewayResource, observed: Observed): GatewayPlan {
  if (observed.absenceUnproven) {
    return absenceUnproven(resource);
  }
  const { wanted, problem = specProblem(resource, observed) } = observed;
  if (problem !== undefined || wanted === undefined) {
    return (
      problem ?? {
        kind: 'wait',
        reason: 'Progressing',
        message: 'The spec is not resolved yet',
        pace: 'retry',
      }
    );
  }
  if (observed.intent !== undefined && !observed.createDidNotHappen) {
    return createUnconfirmed(observed.intent.name);
  }
  if (observed.collision !== undefined) {
    return collides(observed.collision);
  }
  return (
    nothingToAdopt(resource, wanted) ??
    dnsSettling(resource, observed, wanted.vpc) ?? {
      kind: 'act',
      actions: creation(resource, observed, wanted),
    }
  );
}

/** The tags come right after the create, ours among them: until then only the intent says whose the gateway is. */
export function creation(
  resource: GatewayResource,
  { clusterID }: Pick<Observed, 'clusterID'>,
  wanted: Wanted,
): Extract<GatewayPlan, { kind: 'act' }>['actions'] {
  const { tags = [], accessTags = [] } = resource.spec;
  return [
    createGateway(prototypeOf(resource, wanted)),
    attachTags('user', [ownershipTag(resource, clusterID), ...tags]),
    ...(accessTags.length === 0 ? [] : [attachTags('access', accessTags)]),
  ];
}

function nothingToAdopt({ spec }: GatewayResource, { vpc, target }: Wanted): GatewayPlan | undefined {
  if (spec.adoptionPolicy !== 'Required') {
    return undefined;
  }
  const message = `VPC ${vpc.name} holds no gateway to ${target.key} that could be adopted, and adoptionPolicy Required lets none be created`;
  return { kind: 'wait', reason: 'NothingToAdopt', message, pace: 'slow', stallsAfter: 3 };
}

/** IBM advises to leave more than 6 minutes between deleting and making the same gateway in a topology (§3.3). */
const dnsSettleMs = 6 * 60_000;

function dnsSettling(
  { status }: GatewayResource,
  { cloudNowMs }: Observed,
  vpc: Vpc,
): GatewayPlan | undefined {
  const { recreate } = status ?? {};
  const dueMs = recreate === undefined ? 0 : Date.parse(recreate.time) + dnsSettleMs;
  if (!sharesDns(vpc) || cloudNowMs >= dueMs) {
    return undefined;
  }
  const message = `VPC ${vpc.name} shares its DNS with others: the gateway is created anew after ${new Date(dueMs).toISOString()}`;
  return { kind: 'wait', reason: 'DNSSettling', message, pace: 'changing' };
}

/** Stalled at once, but looked at again soon: whoever clears the way does not touch this object. */
export function collides({ id, name, why, owner, claimed, platform, leaving }: Collision): GatewayPlan {
  const other = `Gateway ${name} (${id}) of the VPC`;
  const has = why === 'service endpoints' ? 'answers for service endpoints of' : `already has`;
  const what = why === 'service endpoints' ? 'this target' : `this ${why}`;
  if (leaving) {
    const message = `${other} with this ${why} is being deleted`;
    return { kind: 'wait', reason: 'Collision', message, pace: 'changing' };
  }
  const stalled = { kind: 'wait', pace: 'slow', stallsAfter: 1 } as const;
  if (owner !== undefined) {
    const message = `${other} ${has} ${what}, and carries another owner's tag: ${owner}`;
    return { ...stalled, reason: 'OwnedByAnother', message };
  }
  if (platform) {
    const message = `${other} ${has} ${what}; IBM Cloud Kubernetes Service made it for a cluster, so it can be observed (managementPolicy Observe) but not adopted`;
    return { ...stalled, reason: 'Collision', message };
  }
  if (claimed) {
    const message = `${other} ${has} ${what}, and belongs to another object of this cluster`;
    return { ...stalled, reason: 'Collision', message };
  }
  const advice = why === 'target' ? ' (adoptionPolicy IfExists would adopt it)' : '';
  return { ...stalled, reason: 'Collision', message: `${other} ${has} ${what}, and it is not ours${advice}` };
}

export function absenceUnproven(resource: GatewayResource): GatewayPlan {
  const id = resource.status?.id ?? '';
  const message = `Gateway ${id} cannot be read, nor can its VPC, so nothing proves that it is gone. Give the account its access back; if the VPC is gone, deletionPolicy Retain lets the object go`;
  return { kind: 'wait', reason: 'AbsenceUnproven', message, pace: 'slow', stallsAfter: 3 };
}

export function createUnconfirmed(name: string): GatewayPlan {
  const message = `Looking for gateway ${name}: its create may have been sent, but no answer came`;
  return { kind: 'wait', reason: 'CreateUnconfirmed', message, pace: 'changing' };
}
