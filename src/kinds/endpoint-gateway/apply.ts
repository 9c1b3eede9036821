/** Carries one action out: one switch, one call each. */
import type { EndpointGateway, ReservedIPReference } from '../../cloud/vpc-types.ts';
import type { Io } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { createWindowMs, type Observed } from './observed.ts';
import { isOwnershipTag } from './ownership.ts';
import { tagsForSpec, without } from './plan/tags.ts';

const noTags = { user: [], access: [] } as const;

/** Returns what the cloud holds then, as far as the answer tells; the next pass observes the rest. */
export async function apply(action: Action, observed: Observed, io: Io): Promise<Observed> {
  if (action.kind === 'CreateGateway') {
    const sendBeforeMs = observed.cloudNowMs + createWindowMs;
    const gateway = await io.session.vpc.createGateway(action.prototype, sendBeforeMs, io);
    return {
      ...observed,
      gateway,
      ownership: 'unclaimed',
      adopted: false,
      tags: noTags,
      applied: noTags,
      intent: undefined,
    };
  }
  const { gateway } = observed;
  if (gateway === undefined) {
    throw new Error(`${action.kind} needs a gateway`);
  }
  switch (action.kind) {
    case 'AttachTags':
    case 'DetachTags':
      return applyTags(action, observed, gateway, io);
    case 'DeleteGateway':
      await io.session.vpc.deleteGateway({ id: gateway.id, vpcId: gateway.vpc.id }, io);
      // The health of a gateway on its way out is always inapplicable (fact sheet §2.2).
      return {
        ...observed,
        gateway: { ...gateway, lifecycle_state: 'deleting', health_state: 'inapplicable' },
        keptIPs: keptWith(gateway.ips, observed),
      };
    default:
      await change(action, gateway, io);
      return after(action, { ...observed, gateway: { ...gateway, lifecycle_state: 'updating' } });
  }
}

type TagAction = Extract<Action, { kind: 'AttachTags' | 'DetachTags' }>;
type Change = Exclude<Action, TagAction | { kind: 'CreateGateway' | 'DeleteGateway' }>;

async function applyTags(
  action: TagAction,
  observed: Observed,
  gateway: EndpointGateway,
  io: Io,
): Promise<Observed> {
  const { kind, type, tags } = action;
  const { tagging } = io.session;
  if (kind === 'AttachTags') {
    await tagging.attachTags(gateway.crn, type, tags, io);
  } else {
    await tagging.detachTags(gateway.crn, type, tags, io);
  }
  const attached = kind === 'AttachTags' ? tags : [];
  const next: Observed = {
    ...observed,
    tags: { ...observed.tags, [type]: [...without(observed.tags[type] ?? [], tags), ...attached] },
    applied: {
      ...observed.applied,
      [type]: [...without(observed.applied[type], tags), ...tagsForSpec(attached)],
    },
  };
  return type === 'user' ? { ...next, ownership: ownershipAfter(action, observed) } : next;
}

/** Our tag makes it ours; of a gateway that is taken over the other owner's has to go as well. */
function ownershipAfter({ kind, tags }: TagAction, { ownership }: Observed): Observed['ownership'] {
  if (!tags.some(isOwnershipTag)) {
    return ownership;
  }
  const isDone = kind === (ownership === 'inherited' ? 'DetachTags' : 'AttachTags');
  return isDone ? 'ours' : ownership;
}

async function change(action: Change, gateway: EndpointGateway, io: Io): Promise<void> {
  const { vpc } = io.session;
  const ref = { id: gateway.id, vpcId: gateway.vpc.id };
  switch (action.kind) {
    case 'UpdateGateway':
      return vpc.updateGateway(ref, action.change, io);
    case 'AttachSecurityGroup':
      return vpc.attachSecurityGroup(ref, action.groupId, io);
    case 'DetachSecurityGroup':
      return vpc.detachSecurityGroup(ref, action.groupId, io);
    case 'BindIP':
      return vpc.bindIP(ref, action.ip, io);
    case 'UnbindIP':
      return vpc.unbindIP(ref, action.ip.id, io);
    case 'UpdateReservedIP':
      return vpc.updateReservedIP(ref, { id: action.ipId, subnetId: action.subnetId }, action.change, io);
    case 'CreateResourceBinding': {
      const { crn, name } = action;
      return vpc.createResourceBinding(ref, { target: { crn }, ...(name !== undefined && { name }) }, io);
    }
    case 'RenameResourceBinding':
      return vpc.renameResourceBinding(ref, action.bindingId, action.name, io);
    case 'DeleteResourceBinding':
      return vpc.deleteResourceBinding(ref, action.bindingId, io);
  }
}

/** What no later answer tells. */
function after(action: Change, observed: Observed): Observed {
  if (action.kind === 'UpdateReservedIP' && action.change.auto_delete !== undefined) {
    const { ipId, change: changed } = action;
    return {
      ...observed,
      autoDelete: new Map([...observed.autoDelete, [ipId, changed.auto_delete === true]]),
    };
  }
  return action.kind === 'UnbindIP' ? { ...observed, keptIPs: keptWith([action.ip], observed) } : observed;
}

/** Together with those of `unbound` that the cloud does not delete, as far as that is known. */
function keptWith(
  unbound: readonly ReservedIPReference[],
  { keptIPs, autoDelete }: Observed,
): Observed['keptIPs'] {
  const kept = unbound.filter(({ id }) => autoDelete.get(id) === false);
  return [...keptIPs.filter((ip) => kept.every(({ id }) => id !== ip.id)), ...kept];
}
