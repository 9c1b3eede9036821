/** Resource bindings (local access): which to make, rename and delete, and what they are waiting for. Pure. */
import type { ResourceBinding } from '../../../cloud/resource-bindings.ts';
import {
  type Action,
  createResourceBinding,
  deleteResourceBinding,
  renameResourceBinding,
} from '../actions.ts';
import type { EndpointGatewaySpec } from '../types.gen.ts';
import type { Problem } from '../wanted/wanted.ts';

type Wanted = NonNullable<EndpointGatewaySpec['resourceBindings']>;

/** Those that are not wanted go first: names are unique in a gateway, and a Primary gateway must have none (§3.3). */
export function planBindings(wanted: Wanted, bound: readonly ResourceBinding[]): readonly Action[] {
  const byCrn = new Map(bound.map((binding) => [binding.target.crn, binding]));
  const crns = new Set(wanted.map(({ crn }) => crn));
  return [
    ...bound
      .filter(({ target, lifecycle_state }) => !crns.has(target.crn) && lifecycle_state !== 'deleting')
      .map(({ id, target }) => deleteResourceBinding(id, target.crn)),
    ...wanted.flatMap(({ crn, name }) => {
      const binding = byCrn.get(crn);
      if (binding === undefined) {
        return [createResourceBinding(crn, name)];
      }
      return name === undefined || name === binding.name
        ? []
        : [renameResourceBinding(binding.id, binding.name, name)];
    }),
  ];
}

/** A binding that is not usable keeps the gateway from being Ready. */
export function bindingProblem(bound: readonly ResourceBinding[]): Problem | undefined {
  for (const { name, lifecycle_state: state, lifecycle_reasons: reasons } of bound) {
    const said = reasons.map(({ message }) => message).join(' ');
    if (state === 'failed' || state === 'suspended') {
      const message = `Resource binding ${name} is ${state}${said === '' ? '' : `: ${said}`}`;
      return { kind: 'stalled', reason: 'ResourceBindingFailed', message };
    }
    if (state !== 'stable') {
      const message = `The cloud is working on resource binding ${name}: ${state}`;
      return { kind: 'wait', reason: 'ResourceBindingPending', message, pace: 'changing' };
    }
  }
  return undefined;
}
