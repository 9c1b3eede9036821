/** `/endpoint_gateways/{id}/resource_bindings` (vpc-endpoint-gateways §1.4, §2.8): local access to buckets. */
import { ApiError, field } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { World } from '../world.ts';
import { canBindResource } from './dns/rules.ts';
import { atPath } from './find.ts';
import { gatewayAt } from './gateways.ts';
import { randomName, regionalId } from './ids.ts';
import type { EndpointGateway, ResourceBinding } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import type { View } from './render-references.ts';
import { isChangeable, nameIsFree, refuse } from './rules.ts';
import { listQuery, resourceBindingPatch, resourceBindingPrototype } from './schemas.ts';

const COLLECTION = '/endpoint_gateways/:id/resource_bindings';
const PATH = `${COLLECTION}/:binding`;

const LIST_QUERY = listQuery();

const BUCKET =
  /^crn:v1:[a-z]+:public:cloud-object-storage:global:a\/[0-9a-f]{32}:[-0-9a-z]+:bucket:([-.0-9a-z]{3,63})$/;

export function resourceBindingOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_endpoint_gateway_resource_bindings',
      route: `GET ${COLLECTION}`,
      query: LIST_QUERY,
      handle: list,
    }),
    operation<ResourceBindingPrototype>({
      id: 'create_endpoint_gateway_resource_binding',
      route: `POST ${COLLECTION}`,
      body: resourceBindingPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_endpoint_gateway_resource_binding',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: render(call, bindingAt(call)) }),
    }),
    operation<{ readonly name?: string }>({
      id: 'update_endpoint_gateway_resource_binding',
      route: `PATCH ${PATH}`,
      body: resourceBindingPatch,
      handle: rename,
    }),
    operation({
      id: 'delete_endpoint_gateway_resource_binding',
      route: `DELETE ${PATH}`,
      handle: (call) => remove(world, call),
    }),
  ];
}

interface ResourceBindingPrototype {
  readonly target: { readonly crn: string };
  readonly name?: string;
}

function bindingAt(call: Call<unknown>): ResourceBinding {
  return atPath(gatewayAt(call).resourceBindings, call.params['binding'], 'resource binding');
}

function render(call: Call<unknown>, binding: ResourceBinding): unknown {
  return renderResourceBinding(binding, gatewayAt(call), call.view);
}

function renderResourceBinding(
  { id, name, createdAtMs, lifecycleState, serviceEndpoint, targetCrn }: ResourceBinding,
  gateway: EndpointGateway,
  { baseUrl }: View,
): unknown {
  return {
    created_at: timestamp(createdAtMs),
    href: `${baseUrl}/endpoint_gateways/${gateway.id}/resource_bindings/${id}`,
    id,
    lifecycle_reasons: [],
    lifecycle_state: lifecycleState,
    name,
    resource_type: 'endpoint_gateway_resource_binding',
    service_endpoint: serviceEndpoint,
    target: { crn: targetCrn },
    type: 'weak',
  };
}

function list(call: Call<unknown>): Answer {
  const how = {
    order: newestFirst,
    render: (binding: ResourceBinding) => render(call, binding),
    request: call.page,
  };
  const bindings = gatewayAt(call).resourceBindings.values();
  return { status: 200, body: page('resource_bindings', bindings, how) };
}

function create(world: World, call: Call<ResourceBindingPrototype>): Answer {
  const { target, name = randomName() } = call.body;
  const gateway = gatewayAt(call);
  isChangeable(gateway);
  const serviceEndpoint = endpointOf(target.crn, gateway);
  canBindResource(gateway, serviceEndpoint);
  isAllowed(world, target.crn);
  isNew(gateway, { name, serviceEndpoint });
  const binding: ResourceBinding = {
    id: regionalId(gateway.vpc.area.region),
    name,
    createdAtMs: world.clock.now(),
    targetCrn: target.crn,
    serviceEndpoint,
    lifecycleState: 'pending',
  };
  gateway.resourceBindings.set(binding.id, binding);
  world.clock.setTimer(world.settings.changeMs, () => {
    if (binding.lifecycleState === 'pending') {
      binding.lifecycleState = 'stable';
      world.stateLog.record(world.clock.now(), gateway);
    }
  });
  return { status: 201, body: render(call, binding), createdId: binding.id };
}

/** Whether the bucket exists does not matter: the binding is weak. */
function endpointOf(crn: string, { vpc }: EndpointGateway): string {
  const bucket = BUCKET.exec(crn)?.[1];
  if (bucket === undefined) {
    const message = 'Only buckets of Cloud Object Storage can be bound.';
    throw new ApiError({ status: 400, code: 'bad_field', message, target: field('target.crn', crn) });
  }
  return `${bucket}.s3.direct.${vpc.area.region}.cloud-object-storage.appdomain.cloud`;
}

/** A context-based restriction of the bucket refuses as a missing role does (§10.5). */
function isAllowed({ settings }: World, crn: string): void {
  if (settings.contextRestricted) {
    const message = 'The provided token is not authorized to bind this resource.';
    refuse([403, 'not_authorized'], message, field('target.crn', crn));
  }
}

function isNew(
  { resourceBindings }: EndpointGateway,
  { name, serviceEndpoint }: Pick<ResourceBinding, 'name' | 'serviceEndpoint'>,
): void {
  nameIsFree(resourceBindings.values(), name);
  if ([...resourceBindings.values()].some((other) => other.serviceEndpoint === serviceEndpoint)) {
    refuse([409, 'duplicate_error'], 'The resource is bound already.', field('target', serviceEndpoint));
  }
}

function rename(call: Call<{ readonly name?: string }>): Answer {
  const gateway = gatewayAt(call);
  const binding = bindingAt(call);
  isChangeable(gateway);
  const { name = binding.name } = call.body;
  nameIsFree(gateway.resourceBindings.values(), name, binding);
  binding.name = name;
  return { status: 200, body: render(call, binding) };
}

function remove(world: World, call: Call<unknown>): Answer {
  const gateway = gatewayAt(call);
  const binding = bindingAt(call);
  isChangeable(gateway);
  binding.lifecycleState = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    gateway.resourceBindings.delete(binding.id);
    world.stateLog.record(world.clock.now(), gateway);
  });
  return { status: 204 };
}
