/**
 * A gateway's security groups and addresses, changed one call at a time and planned afresh after each, in a model of
 * the cloud that refuses what IBM refuses (vpc-endpoint-gateways R6, R9, R10).
 */
import { type EndpointGateway, type ReservedIPReference, subnetIdOf } from '../../../src/cloud/vpc-types.ts';
import type { Action } from '../../../src/kinds/endpoint-gateway/actions.ts';
import type { GatewayResource, Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { plan } from '../../../src/kinds/endpoint-gateway/plan.ts';
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { gateway, ip, observed, reserved, resource, subnets } from './samples.ts';

export type Spec = Partial<EndpointGatewaySpec>;

export interface Model {
  readonly groups: readonly string[];
  readonly ips: readonly ReservedIPReference[];
  readonly autoDelete: ReadonlyMap<string, boolean>;
}

/** An unknown subnet counts as a zone of its own. */
export function zoneOf(address: ReservedIPReference): string {
  return subnets.get(subnetIdOf(address))?.zone.name ?? subnetIdOf(address);
}

function seen({ groups, ips, autoDelete }: Model, object: GatewayResource): Observed {
  const parts: Partial<EndpointGateway> = { ips, security_groups: groups.map((id) => ({ id, name: id })) };
  return observed({ gateway: gateway(parts), autoDelete }, object);
}

function bind(model: Model, address: ReservedIPReference, autoDelete: boolean): Model {
  if (model.ips.some((bound) => zoneOf(bound) === zoneOf(address))) {
    throw new Error(`R6: zone ${zoneOf(address)} has an address`);
  }
  return {
    ...model,
    ips: [...model.ips, address],
    autoDelete: new Map([...model.autoDelete, [address.id, autoDelete]]),
  };
}

/** The model after the action; throws where IBM refuses. */
function carryOut(model: Model, action: Action): Model {
  switch (action.kind) {
    case 'AttachSecurityGroup': {
      if (model.groups.length === 5) {
        throw new Error('R9: there are five security groups');
      }
      return { ...model, groups: [...model.groups, action.groupId] };
    }
    case 'DetachSecurityGroup': {
      if (model.groups.length === 1) {
        throw new Error('R10: the last security group cannot go');
      }
      return { ...model, groups: model.groups.filter((id) => id !== action.groupId) };
    }
    case 'BindIP': {
      if ('id' in action.ip) {
        const known = reserved.get(action.ip.id);
        if (known === undefined) {
          throw new Error('there is no such reserved IP');
        }
        return bind(model, known, false);
      }
      const { subnet, address = '10.7.0.1', name, auto_delete: autoDelete } = action.ip;
      const made = ip(`made-${subnet.id}-${address}`, subnet.id, address);
      return bind(model, { ...made, ...(name !== undefined && { name }) }, autoDelete);
    }
    case 'UnbindIP': {
      return { ...model, ips: model.ips.filter(({ id }) => id !== action.ip.id) };
    }
    case 'UpdateReservedIP': {
      const { name, auto_delete: autoDelete } = action.change;
      return {
        ...model,
        ips: model.ips.map((bound) =>
          bound.id === action.ipId && name !== undefined ? { ...bound, name } : bound,
        ),
        autoDelete:
          autoDelete === undefined
            ? model.autoDelete
            : new Map([...model.autoDelete, [action.ipId, autoDelete]]),
      };
    }
    default:
      throw new Error(`unexpected ${action.kind}`);
  }
}

/** Carries plans out until nothing is planned; every state on the way, the first included. */
export function settle(
  model: Model,
  spec: Spec,
): { readonly states: readonly Model[]; readonly done: readonly Action[] } {
  const object = resource({ spec });
  const states = [model];
  const done: Action[] = [];
  for (;;) {
    const current = states.at(-1) ?? model;
    const planned = plan(object, seen(current, object));
    if (planned.kind === 'settled') {
      return { states, done };
    }
    const [action] = actionsOf(planned);
    if (action === undefined || done.length > 20) {
      throw new Error(`no end: ${JSON.stringify(planned)}`);
    }
    done.push(action);
    states.push(carryOut(current, action));
  }
}

export const none: Model = { groups: ['sg-0'], ips: [], autoDelete: new Map() };
export function inShort(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    switch (action.kind) {
      case 'AttachSecurityGroup':
        return `+${action.groupId}`;
      case 'DetachSecurityGroup':
        return `-${action.groupId}`;
      case 'BindIP':
        return `+${'id' in action.ip ? action.ip.id : action.ip.subnet.id}`;
      case 'UnbindIP':
        return `-${action.ip.id}`;
      case 'UpdateReservedIP':
        return `~${action.ipId} ${Object.keys(action.change).join()}`;
      default:
        return action.kind;
    }
  });
}

function actionsOf(planned: ReturnType<typeof plan>): readonly Action[] {
  return planned.kind === 'act' ? planned.actions : [];
}
