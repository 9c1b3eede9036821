/** Carries one action out: one switch, one call each. */
import type { EndpointGateway } from '../../cloud/vpc-types.ts';
import type { Io } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { createWindowMs, type Observed } from './observed.ts';

/** Returns what the cloud holds then, as far as the answer tells; the next pass observes the rest. */
export async function apply(action: Action, observed: Observed, io: Io): Promise<Observed> {
  const { vpc, tagging } = io.session;
  if (action.kind === 'CreateGateway') {
    const gateway = await vpc.createGateway(action.prototype, observed.cloudNowMs + createWindowMs, io);
    return { ...observed, gateway, ownership: 'unclaimed', tags: [], intent: undefined };
  }
  const { gateway } = observed;
  if (gateway === undefined) {
    throw new Error(`${action.kind} needs a gateway`);
  }
  const ref = { id: gateway.id, vpcId: gateway.vpc.id };
  switch (action.kind) {
    case 'AttachTag':
      await tagging.attachTag(gateway.crn, action.tag, io);
      return { ...observed, ownership: 'ours', tags: [...(observed.tags ?? []), action.tag].toSorted() };
    case 'DetachTag':
      await tagging.detachTag(gateway.crn, action.tag, io);
      return {
        ...observed,
        ownership: 'unclaimed',
        tags: observed.tags?.filter((tag) => tag !== action.tag),
      };
    case 'DeleteGateway':
      await vpc.deleteGateway(ref, io);
      // The health of a gateway on its way out is always inapplicable (fact sheet §2.2).
      return {
        ...observed,
        gateway: { ...gateway, lifecycle_state: 'deleting', health_state: 'inapplicable' },
      };
    case 'RenameGateway':
      await vpc.renameGateway(ref, action.name, io);
      break;
    case 'AttachSecurityGroup':
      await vpc.attachSecurityGroup(ref, action.groupId, io);
      break;
    case 'DetachSecurityGroup':
      await vpc.detachSecurityGroup(ref, action.groupId, io);
      break;
    case 'BindIP':
      await vpc.bindIP(ref, action.ip, io);
      break;
    case 'UnbindIP':
      await vpc.unbindIP(ref, action.ipId, io);
      break;
    case 'UpdateReservedIP':
      await vpc.updateReservedIP(ref, { id: action.ipId, subnetId: action.subnetId }, action.change, io);
      return { ...updating(observed, gateway), autoDelete: changedAutoDelete(observed.autoDelete, action) };
  }
  return updating(observed, gateway);
}

function updating(observed: Observed, gateway: EndpointGateway): Observed {
  return { ...observed, gateway: { ...gateway, lifecycle_state: 'updating' } };
}

/** The only trace of this change: a gateway's answer does not show `auto_delete`. */
function changedAutoDelete(
  known: Observed['autoDelete'],
  { ipId, change }: Extract<Action, { kind: 'UpdateReservedIP' }>,
): Observed['autoDelete'] {
  return change.auto_delete === undefined ? known : new Map([...known, [ipId, change.auto_delete]]);
}
