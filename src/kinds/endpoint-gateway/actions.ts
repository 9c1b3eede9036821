/** The actions of an EndpointGateway: frozen data, one call each. */
import type { EndpointGatewayPrototype, GatewayIPPrototype } from '../../cloud/vpc-types.ts';
import type { PlannedAction } from '../../controller/kind.ts';

export type Action = PlannedAction &
  (
    | { readonly kind: 'CreateGateway'; readonly prototype: EndpointGatewayPrototype }
    | { readonly kind: 'AttachTag'; readonly tag: string }
    | { readonly kind: 'DetachTag'; readonly tag: string }
    | { readonly kind: 'RenameGateway'; readonly name: string }
    | { readonly kind: 'AttachSecurityGroup'; readonly groupId: string }
    | { readonly kind: 'DetachSecurityGroup'; readonly groupId: string }
    | { readonly kind: 'BindIP'; readonly ip: GatewayIPPrototype }
    | { readonly kind: 'UnbindIP'; readonly ipId: string }
    | {
        readonly kind: 'UpdateReservedIP';
        readonly ipId: string;
        readonly subnetId: string;
        readonly change: IPChange;
      }
    | { readonly kind: 'DeleteGateway' }
  );

export interface IPChange {
  readonly name?: string;
  readonly auto_delete?: boolean;
}

export const attachTag = (tag: string): Action => ({
  kind: 'AttachTag',
  sentence: `attach the ownership tag ${tag}`,
  pause: false,
  tag,
});

export const detachTag = (tag: string): Action => ({
  kind: 'DetachTag',
  sentence: `detach the ownership tag ${tag} and leave the gateway in place`,
  pause: false,
  tag,
});

export const createGateway = (prototype: EndpointGatewayPrototype): Action => ({
  kind: 'CreateGateway',
  sentence: `create gateway ${prototype.name}`,
  event: 'Creating',
  pause: false,
  prototype,
});

export const deleteGateway = (name: string): Action => ({
  kind: 'DeleteGateway',
  sentence: `delete gateway ${name}`,
  event: 'Deleting',
  pause: true,
});

/** Every other action changes a gateway, and the cloud then works on it (fact sheet §5.1). */
const update = { event: 'Updating', pause: true } as const;

export const renameGateway = (from: string, name: string): Action => ({
  kind: 'RenameGateway',
  sentence: `rename gateway ${from} to ${name}`,
  ...update,
  name,
});

export const attachSecurityGroup = (groupId: string): Action => ({
  kind: 'AttachSecurityGroup',
  sentence: `attach security group ${groupId}`,
  ...update,
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

export const unbindIP = (ipId: string, address: string): Action => ({
  kind: 'UnbindIP',
  sentence: `unbind address ${address} (${ipId})`,
  ...update,
  ipId,
});

export const updateReservedIP = (ip: { id: string; subnetId: string }, change: IPChange): Action => ({
  kind: 'UpdateReservedIP',
  sentence: `change reserved IP ${ip.id}: ${Object.keys(change).join(', ')}`,
  ...update,
  ipId: ip.id,
  subnetId: ip.subnetId,
  change,
});
