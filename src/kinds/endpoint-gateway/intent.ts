/**
 * What the status has to say before an action, since nothing else would tell it after an answer that got lost: whose
 * create it was, why a gateway went, and that tags are not somebody else's. Pure.
 */
import type { Action } from './actions.ts';
import type { Observed } from './observed.ts';
import { tagsForSpec, without } from './plan/tags.ts';
import type { EndpointGatewayStatus } from './types.gen.ts';

export function intent(action: Action, observed: Observed): Partial<EndpointGatewayStatus> | undefined {
  const time = new Date(observed.cloudNowMs).toISOString();
  switch (action.kind) {
    case 'CreateGateway': {
      const { name, target, vpc } = action.prototype;
      const key = 'crn' in target ? target.crn : target.name;
      return { createIntent: { name, vpc: vpc.id, target: key, time } };
    }
    case 'DeleteGateway':
      return action.recreate && observed.gateway !== undefined
        ? { recreate: { id: observed.gateway.id, time } }
        : undefined;
    case 'AttachTags': {
      const tags = tagsForSpec(action.tags);
      const applied = [...without(observed.applied[action.type], tags), ...tags].toSorted();
      const field = action.type === 'user' ? 'appliedTags' : 'appliedAccessTags';
      return tags.length === 0 ? undefined : { [field]: applied };
    }
    default:
      return undefined;
  }
}
