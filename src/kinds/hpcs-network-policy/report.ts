/** What the status says of an instance's policy. Pure. */
import { isClosed, type NetworkPolicy } from '../../cloud/key-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Report, State } from '../../controller/kind.ts';
import { toTime } from './guard/wishes.ts';
import { isLeaving } from './instance.ts';
import { type Answer, isRead, type Observed, type PolicyResource } from './observed.ts';
import { advisory, enforced, privatePath } from './report/conditions.ts';
import type { HpcsNetworkPolicyStatus } from './types.gen.ts';

type Fields = Partial<HpcsNetworkPolicyStatus>;

export function report(resource: PolicyResource, observed: Observed): Report<HpcsNetworkPolicyStatus> {
  const access = accessOf(resource, observed);
  return {
    state: stateOf(resource, observed, access),
    fields: {
      ...(access !== undefined && { access }),
      ...policyFields(resource, observed),
      ...instanceFields(resource, observed),
      ...endpointFields(resource, observed, access),
      ...guardFields(observed),
      ...applied(resource, observed),
    },
    conditions: [
      ...privatePath(observed),
      ...enforced(resource, observed, access),
      ...advisory(resource, observed),
    ],
  };
}

type Access = HpcsNetworkPolicyStatus['access'];

/** The endpoint that answered; the private one goes before. */
function answerOf({
  private: inner,
  public: outer,
}: Pick<Observed, 'private' | 'public'>): Extract<Answer, { kind: 'answered' }> | undefined {
  return [inner, outer].find((answer) => answer?.kind === 'answered');
}

/** Where nobody tells, what it was. */
function accessOf({ status }: PolicyResource, observed: Observed): Access {
  const answer = answerOf(observed);
  return answer === undefined ? status?.access : accessBy(answer.policy);
}

function accessBy(policy: NetworkPolicy | undefined): NonNullable<Access> {
  return isClosed(policy) ? 'PrivateOnly' : 'PublicAndPrivate';
}

function stateOf(resource: PolicyResource, observed: Observed, access: Access): State {
  const { instance, guard, sent } = observed;
  if (isDeleting(resource)) {
    return 'Deleting';
  }
  if (isRead(instance)) {
    if (isLeaving(instance.state)) {
      return 'Suspended';
    }
    if (instance.state !== 'active') {
      return 'Waiting';
    }
  }
  if (guard.change !== undefined || sent !== undefined) {
    return 'Updating';
  }
  if (answerOf(observed) === undefined && access !== undefined) {
    return 'Unknown';
  }
  return access === resource.spec.allowedNetwork ? 'Stable' : 'Pending';
}

function policyFields({ status }: PolicyResource, observed: Observed): Fields {
  const answer = answerOf(observed);
  const policy = answer === undefined ? status?.policy : answer.policy;
  return policy === undefined ? {} : { policy };
}

function instanceFields({ status }: PolicyResource, { instance }: Observed): Fields {
  if (!isRead(instance)) {
    return status?.instance === undefined ? {} : { instance: status.instance };
  }
  const { guid: id, crn, name, service, state } = instance;
  return { instance: { id, crn, name, service, state } };
}

/** What the public endpoint said before a change says nothing any more. */
function endpointFields({ status }: PolicyResource, observed: Observed, access: Access): Fields {
  const { endpoints, private: inner, public: outer } = observed;
  if (endpoints === undefined) {
    return status?.endpoints === undefined ? {} : { endpoints: status.endpoints };
  }
  return {
    endpoints: {
      private: { url: endpoints.private, result: resultOf(inner, status?.endpoints?.private?.result) },
      public: {
        url: endpoints.public,
        result: resultOf(outer, access === status?.access ? status?.endpoints?.public?.result : undefined),
      },
    },
  };
}

type Result = 'Answers' | 'Denied' | 'Failed' | 'Unreachable' | 'NotAsked';

const results: Readonly<Record<Answer['kind'], Result>> = {
  answered: 'Answers',
  denied: 'Denied',
  failed: 'Failed',
  noWay: 'Unreachable',
  unreachable: 'Unreachable',
};

function resultOf(answer: Answer | undefined, before: Result = 'NotAsked'): Result {
  return answer === undefined ? before : results[answer.kind];
}

function guardFields({ guard, identity, endpoints, asked }: Observed): Fields {
  const { proofs, change, takenBack, fruitless } = guard;
  const { generation } = asked;
  const over = endpoints?.private ?? '';
  return {
    ...(proofs.length > 0 && { proofs: { by: identity, over, generation, times: proofs.map(toTime) } }),
    ...(change !== undefined && { change }),
    ...(takenBack !== undefined && { takenBack }),
    ...(fruitless !== undefined && { fruitless }),
  };
}

/** What others change afterwards is drift; what was never seen to be so is not. */
function applied({ spec }: PolicyResource, observed: Observed): Fields {
  const { guard, asked } = observed;
  const answer = answerOf(observed);
  const isNow =
    answer !== undefined && accessBy(answer.policy) === spec.allowedNetwork && guard.change === undefined;
  const record = isNow ? asked : guard.applied;
  return record === undefined ? {} : { applied: record };
}
