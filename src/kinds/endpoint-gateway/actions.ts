/** The actions of an EndpointGateway: frozen data, one call each. */
import type { TagType } from '../../cloud/tagging.ts';
import type {
  EndpointGatewayPrototype,
  GatewayChange,
  GatewayIPPrototype,
  ReservedIPReference,
} from '../../cloud/vpc-types.ts';
import type { PlannedAction } from '../../controller/kind.ts';

export type Action = PlannedAction &
  (
    | { readonly kind: 'CreateGateway'; readonly prototype: EndpointGatewayPrototype }
    | { readonly kind: 'AttachTags' | 'DetachTags'; readonly type: TagType; readonly tags: readonly string[] }
    | { readonly kind: 'UpdateGateway'; readonly change: GatewayChange }
    | { readonly kind: 'AttachSecurityGroup' | 'DetachSecurityGroup'; readonly groupId: string }
    | { readonly kind: 'BindIP'; readonly ip: GatewayIPPrototype }
    | { readonly kind: 'UnbindIP'; readonly ip: ReservedIPReference }
    | {
        readonly kind: 'UpdateReservedIP';
        readonly ipId: string;
        readonly subnetId: string;
        readonly change: IPChange;
      }
    | { readonly kind: 'CreateResourceBinding'; readonly crn: string; readonly name: string | undefined }
    | { readonly kind: 'RenameResourceBinding'; readonly bindingId: string; readonly name: string }
    | { readonly kind: 'DeleteResourceBinding'; readonly bindingId: string }
    | { readonly kind: 'DeleteGateway'; readonly recreate: boolean }
  );

export interface IPChange {
  readonly name?: string;
  readonly auto_delete?: boolean;
}

/** Tagging works at once, and on the tags alone. */
const tagging = { pause: false } as const;

/** Every other action changes a gateway, and the cloud then works on it (fact sheet §5.1). */
const update = { event: 'Updating', pause: true } as const;

export const createGateway = (prototype: EndpointGatewayPrototype): Action => ({
  kind: 'CreateGateway',
  sentence: `create gateway ${prototype.name}`,
  event: 'Creating',
  verb: 'create',
  pause: false,
  prototype,
});

export const deleteGateway = (name: string, recreate = false): Action => ({
  kind: 'DeleteGateway',
  sentence: recreate ? `delete gateway ${name}, to create it anew` : `delete gateway ${name}`,
  event: 'Deleting',
  verb: 'delete',
  destructive: true,
  pause: true,
  recreate,
});

export const adoptGateway = (name: string, tag: string): Action => ({
  kind: 'AttachTags',
  sentence: `adopt gateway ${name}: attach ${tag}`,
  event: 'Adopting',
  verb: 'adopt',
  ...tagging,
  type: 'user',
  tags: [tag],
});

export const attachTags = (type: TagType, tags: readonly string[]): Action => ({
  kind: 'AttachTags',
  sentence: `attach ${wordsOf(type, tags)}`,
  ...tagging,
  type,
  tags,
});

export const detachTags = (type: TagType, tags: readonly string[]): Action => ({
  kind: 'DetachTags',
  sentence: `detach ${wordsOf(type, tags)}`,
  ...tagging,
  type,
  tags,
});

/** A status shows 256 characters of an action. */
const longestList = 180;

function wordsOf(type: TagType, tags: readonly string[]): string {
  const what = `${type} ${tags.length === 1 ? 'tag' : 'tags'}`;
  const all = tags.join(', ');
  return all.length <= longestList ? `${what} ${all}` : `${what} ${tags[0]} and ${tags.length - 1} more`;
}

export const updateGateway = (sentence: string, change: GatewayChange): Action => ({
  kind: 'UpdateGateway',
  sentence,
  ...update,
  change,
});

/** `legacy`: the gateway has none yet, and can never be without again (R11). */
export const attachSecurityGroup = (groupId: string, legacy: boolean): Action => ({
  kind: 'AttachSecurityGroup',
  sentence: `attach security group ${groupId}${legacy ? ', the first one: the gateway then always needs one' : ''}`,
  ...update,
  ...(legacy && { irreversible: true }),
  groupId,
});

export const detachSecurityGroup = (groupId: string): Action => ({
  kind: 'DetachSecurityGroup',
  sentence: `detach security group ${groupId}`,
  ...update,
  groupId,
});

export const bindIP = (ip: GatewayIPPrototype): Action => ({
  kind: 'BindIP',
  sentence: 'id' in ip ? `bind reserved IP ${ip.id}` : `bind an address of subnet ${ip.subnet.id}`,
  ...update,
  ip,
});

export const unbindIP = (ip: ReservedIPReference): Action => ({
  kind: 'UnbindIP',
  sentence: `unbind address ${ip.address} (${ip.id})`,
  ...update,
  destructive: true,
  ip,
});

export const updateReservedIP = (ip: { id: string; subnetId: string }, change: IPChange): Action => ({
  kind: 'UpdateReservedIP',
  sentence: `change reserved IP ${ip.id}: ${Object.keys(change).join(', ')}`,
  ...update,
  ipId: ip.id,
  subnetId: ip.subnetId,
  change,
});

export const createResourceBinding = (crn: string, name: string | undefined): Action => ({
  kind: 'CreateResourceBinding',
  sentence: `bind ${bucketOf(crn)}`,
  ...update,
  independent: true,
  crn,
  name,
});

export const renameResourceBinding = (bindingId: string, from: string, name: string): Action => ({
  kind: 'RenameResourceBinding',
  sentence: `rename resource binding ${from} to ${name}`,
  ...update,
  independent: true,
  bindingId,
  name,
});

export const deleteResourceBinding = (bindingId: string, crn: string): Action => ({
  kind: 'DeleteResourceBinding',
  sentence: `unbind ${bucketOf(crn)}`,
  ...update,
  destructive: true,
  bindingId,
});

/** Field 9 of a bucket's CRN is its name (fact sheet §2.8). */
function bucketOf(crn: string): string {
  return `bucket ${crn.split(':').at(9) ?? crn}`;
}
