/** `/vpcs/{id}/dns_resolution_bindings` (vpc-endpoint-gateways §1.7). */
import { ApiError, field } from '../../errors.ts';
import type { World } from '../../world.ts';
import { mayConnect } from '../authorizations.ts';
import { passes } from '../filters.ts';
import { atPath, idOf, type Identity } from '../find.ts';
import { randomName, regionalId } from '../ids.ts';
import type { Vpc } from '../model.ts';
import { operation, type Answer, type Call, type Operation } from '../operation.ts';
import { page, type Order } from '../paging.ts';
import { isUsable, nameIsFree } from '../rules.ts';
import { dnsBindingPatch, dnsBindingPrototype, sortedListQuery } from '../schemas.ts';
import { UNKNOWN_REFERENCE_STATUS } from '../unconfirmed.ts';
import { vpcAt } from '../vpcs.ts';
import type { DnsBinding } from './model.ts';
import { renderDnsBinding } from './render.ts';
import { canJoin, isNotDelegated } from './rules.ts';
import { endSharing, mayShareAgain, startSharing } from './sharing.ts';

const COLLECTION = '/vpcs/:id/dns_resolution_bindings';
const PATH = `${COLLECTION}/:binding`;

const LIST_QUERY = sortedListQuery(['name', 'vpc.crn', 'vpc.name', 'account.id'], {
  by: ['created_at', 'name'],
  usually: '-created_at',
});

export function dnsBindingOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_vpc_dns_resolution_bindings',
      route: `GET ${COLLECTION}`,
      query: LIST_QUERY,
      handle: list,
    }),
    operation<DnsBindingPrototype>({
      id: 'create_vpc_dns_resolution_binding',
      route: `POST ${COLLECTION}`,
      body: dnsBindingPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_vpc_dns_resolution_binding',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: render(call, bindingAt(call)) }),
    }),
    operation<{ readonly name?: string }>({
      id: 'update_vpc_dns_resolution_binding',
      route: `PATCH ${PATH}`,
      body: dnsBindingPatch,
      handle: rename,
    }),
    operation({
      id: 'delete_vpc_dns_resolution_binding',
      route: `DELETE ${PATH}`,
      handle: (call) => remove(world, call),
    }),
  ];
}

interface DnsBindingPrototype {
  readonly vpc: Identity;
  readonly name?: string;
}

function bindingAt(call: Call<unknown>): DnsBinding {
  const bindings = new Map([...vpcAt(call).dnsBindings].map((binding) => [binding.id, binding]));
  return atPath(bindings, call.params['binding'], 'DNS resolution binding');
}

function render(call: Call<unknown>, binding: DnsBinding): unknown {
  return renderDnsBinding(binding, vpcAt(call), call.view);
}

function list(call: Call<unknown>): Answer {
  const { query } = call;
  const vpc = vpcAt(call);
  const shown = [...vpc.dnsBindings].filter(({ name, hub, spoke }) => {
    const other = vpc === spoke ? hub : spoke;
    const isRemote = other.area.account !== vpc.area.account;
    return passes(query, {
      name,
      'vpc.crn': other.crn,
      'vpc.name': other.name,
      'account.id': isRemote ? other.area.account.id : undefined,
    });
  });
  const how = {
    order: orderBy(query['sort'] ?? ''),
    render: (binding: DnsBinding) => render(call, binding),
    request: call.page,
  };
  return { status: 200, body: page('dns_resolution_bindings', shown, how) };
}

function orderBy(sort: string): Order<DnsBinding> {
  const descending = sort.startsWith('-');
  const byName = sort.endsWith('name');
  return {
    position: ({ name, createdAtMs, id }) => [byName ? name : createdAtMs, id],
    descending: [descending, false],
  };
}

/** A hub may be of another account, so that it is looked for everywhere. */
function hubIn(world: World, identity: Identity): Vpc {
  const id = idOf(identity);
  for (const { vpcs } of world.areas.values()) {
    const vpc = vpcs.get(id);
    if (vpc !== undefined) {
      return vpc;
    }
  }
  throw new ApiError({
    status: UNKNOWN_REFERENCE_STATUS,
    code: 'not_found',
    message: 'The VPC does not exist or cannot be accessed.',
    target: field('vpc', id),
  });
}

function create(world: World, call: Call<DnsBindingPrototype>): Answer {
  const spoke = vpcAt(call);
  const hub = hubIn(world, call.body.vpc);
  isUsable(spoke);
  isUsable(hub);
  mayConnect(world, spoke.area, hub);
  canJoin(spoke, hub);
  mayShareAgain(world, spoke, hub.id);
  const binding = join(world, { spoke, hub, name: call.body.name ?? randomName() });
  return { status: 201, body: render(call, binding), createdId: binding.id };
}

function join(world: World, ends: Pick<DnsBinding, 'spoke' | 'hub' | 'name'>): DnsBinding {
  const { spoke, hub } = ends;
  const binding: DnsBinding = {
    ...ends,
    id: regionalId(spoke.area.region),
    createdAtMs: world.clock.now(),
    lifecycleState: 'pending',
  };
  spoke.dnsBindings.add(binding);
  hub.dnsBindings.add(binding);
  spoke.gateways.forEach((gateway) => startSharing(world, gateway));
  const { changeMs, dnsSharingMs } = world.settings;
  world.clock.setTimer(Math.max(changeMs, dnsSharingMs), () => {
    if (binding.lifecycleState === 'pending') {
      binding.lifecycleState = 'stable';
    }
  });
  return binding;
}

function rename(call: Call<{ readonly name?: string }>): Answer {
  const binding = bindingAt(call);
  const { name = binding.name } = call.body;
  nameIsFree(vpcAt(call).dnsBindings, name, binding);
  binding.name = name;
  return { status: 200, body: render(call, binding) };
}

/** Answers 202 with the binding, which is gone a while later. */
function remove(world: World, call: Call<unknown>): Answer {
  const binding = bindingAt(call);
  const { spoke, hub } = binding;
  isNotDelegated(spoke);
  binding.lifecycleState = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    spoke.dnsBindings.delete(binding);
    hub.dnsBindings.delete(binding);
    endSharing(world, spoke, hub.id);
  });
  return { status: 202, body: render(call, binding) };
}
