/** `/private_path_service_gateways` (vpc-endpoint-gateways §1.8). */
import { field } from '../../errors.ts';
import type { World } from '../../world.ts';
import { passes } from '../filters.ts';
import { atPath, loadBalancerIn, resourceGroupIn, type Identity } from '../find.ts';
import { randomName, regionalId, resourceCrn } from '../ids.ts';
import type { AccountRegion } from '../model.ts';
import { operation, type Answer, type Call, type Operation } from '../operation.ts';
import { newestFirst, page } from '../paging.ts';
import { isUsable, nameIsFree, refuse } from '../rules.ts';
import { listQuery } from '../schemas.ts';
import { DEFAULT_ACCESS_POLICY } from '../unconfirmed.ts';
import { revokeAccount } from './access.ts';
import type { AccessPolicy, LoadBalancer, PrivatePath } from './model.ts';
import { renderPrivatePath } from './render.ts';
import { carriesPrivatePath, hasNoGateways, othersAreRevoked } from './rules.ts';
import { privatePathPatch, privatePathPrototype, revocation } from './schemas.ts';

const PATH = '/private_path_service_gateways/:id';

const LIST_QUERY = listQuery(['resource_group.id']);

export function privatePathOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_private_path_service_gateways',
      route: 'GET /private_path_service_gateways',
      query: LIST_QUERY,
      handle: list,
    }),
    operation<PrivatePathPrototype>({
      id: 'create_private_path_service_gateway',
      route: 'POST /private_path_service_gateways',
      body: privatePathPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_private_path_service_gateway',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: renderPrivatePath(privatePathAt(call), call.view) }),
    }),
    operation<PrivatePathPatch>({
      id: 'update_private_path_service_gateway',
      route: `PATCH ${PATH}`,
      body: privatePathPatch,
      handle: patch,
    }),
    operation({
      id: 'delete_private_path_service_gateway',
      route: `DELETE ${PATH}`,
      handle: (call) => remove(world, call),
    }),
    ...accessOperations(world),
  ];
}

function accessOperations(world: World): Operation[] {
  return [
    operation({
      id: 'publish_private_path_service_gateway',
      route: `POST ${PATH}/publish`,
      handle: (call) => {
        privatePathAt(call).published = true;
        return { status: 204 };
      },
    }),
    operation({
      id: 'unpublish_private_path_service_gateway',
      route: `POST ${PATH}/unpublish`,
      handle: (call) => {
        const privatePath = privatePathAt(call);
        othersAreRevoked(privatePath);
        privatePath.published = false;
        return { status: 204 };
      },
    }),
    operation<{ readonly account: { readonly id: string } }>({
      id: 'revoke_account_for_private_path_service_gateway',
      route: `POST ${PATH}/revoke_account`,
      body: revocation,
      handle: (call) => {
        revokeAccount(world, privatePathAt(call), call.body.account.id);
        return { status: 204 };
      },
    }),
  ];
}

interface PrivatePathPatch {
  readonly default_access_policy?: AccessPolicy;
  readonly load_balancer?: Identity;
  readonly name?: string;
  readonly zonal_affinity?: boolean;
}

interface PrivatePathPrototype extends PrivatePathPatch {
  readonly load_balancer: Identity;
  readonly service_endpoints: readonly string[];
  readonly resource_group?: Identity;
}

export function privatePathAt({ area, params }: Call<unknown>): PrivatePath {
  return atPath(area.privatePaths, params['id'], 'private path service gateway');
}

function list({ area, query, view, page: request }: Call<unknown>): Answer {
  const shown = [...area.privatePaths.values()].filter(({ resourceGroup }) =>
    passes(query, { 'resource_group.id': resourceGroup.id }),
  );
  const render = (privatePath: PrivatePath): unknown => renderPrivatePath(privatePath, view);
  const body = page('private_path_service_gateways', shown, { order: newestFirst, render, request });
  return { status: 200, body };
}

function create(world: World, { area, body, view }: Call<PrivatePathPrototype>): Answer {
  const loadBalancer = privateLoadBalancer(area, body.load_balancer);
  isUsable(loadBalancer.vpc);
  if (body.name !== undefined) {
    nameIsFree(loadBalancer.vpc.privatePaths, body.name);
  }
  const privatePath = addPrivatePath(loadBalancer, {
    name: body.name ?? randomName(),
    createdAtMs: world.clock.now(),
    resourceGroup: resourceGroupIn(area, body.resource_group),
    serviceEndpoints: body.service_endpoints,
    defaultAccessPolicy: body.default_access_policy,
    zonalAffinity: body.zonal_affinity,
    lifecycleState: 'pending',
  });
  world.clock.setTimer(world.settings.createMs, () => {
    if (privatePath.lifecycleState === 'pending') {
      privatePath.lifecycleState = 'stable';
    }
  });
  return { status: 201, body: renderPrivatePath(privatePath, view), createdId: privatePath.id };
}

function privateLoadBalancer(area: AccountRegion, identity: Identity): LoadBalancer {
  const loadBalancer = loadBalancerIn(area, identity);
  carriesPrivatePath(loadBalancer);
  return loadBalancer;
}

type NewPrivatePath = Pick<
  PrivatePath,
  'name' | 'createdAtMs' | 'resourceGroup' | 'serviceEndpoints' | 'lifecycleState'
> & {
  readonly defaultAccessPolicy?: AccessPolicy | undefined;
  readonly zonalAffinity?: boolean | undefined;
  readonly published?: boolean | undefined;
  /** Makes the id; random without one. */
  readonly seed?: string;
};

/** It resides in the VPC of its load balancer. */
export function addPrivatePath(
  loadBalancer: LoadBalancer,
  { seed, defaultAccessPolicy, zonalAffinity, published, ...wanted }: NewPrivatePath,
): PrivatePath {
  const { vpc } = loadBalancer;
  const id = regionalId(vpc.area.region, seed);
  const privatePath: PrivatePath = {
    ...wanted,
    id,
    crn: resourceCrn(vpc.area, 'private-path-service-gateway', id),
    vpc,
    loadBalancer,
    serviceEndpoints: wanted.serviceEndpoints.map((name) => name.toLowerCase()),
    defaultAccessPolicy: defaultAccessPolicy ?? DEFAULT_ACCESS_POLICY,
    zonalAffinity: zonalAffinity ?? false,
    published: published ?? false,
    policies: new Map(),
    bindings: new Map(),
  };
  vpc.privatePaths.add(privatePath);
  vpc.area.privatePaths.set(id, privatePath);
  return privatePath;
}

function patch(call: Call<PrivatePathPatch>): Answer {
  const { area, body, view } = call;
  const privatePath = privatePathAt(call);
  const { name = privatePath.name, load_balancer: identity } = body;
  nameIsFree(privatePath.vpc.privatePaths, name, privatePath);
  const loadBalancer =
    identity === undefined ? privatePath.loadBalancer : privateLoadBalancer(area, identity);
  if (loadBalancer.vpc !== privatePath.vpc) {
    const message = 'The load balancer is in another VPC.';
    refuse([400, 'vpc_resource_separation'], message, field('load_balancer', loadBalancer.id));
  }
  privatePath.name = name;
  privatePath.loadBalancer = loadBalancer;
  privatePath.defaultAccessPolicy = body.default_access_policy ?? privatePath.defaultAccessPolicy;
  privatePath.zonalAffinity = body.zonal_affinity ?? privatePath.zonalAffinity;
  return { status: 200, body: renderPrivatePath(privatePath, view) };
}

function remove(world: World, call: Call<unknown>): Answer {
  const privatePath = privatePathAt(call);
  hasNoGateways(privatePath);
  privatePath.lifecycleState = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    privatePath.vpc.privatePaths.delete(privatePath);
    privatePath.vpc.area.privatePaths.delete(privatePath.id);
    world.tags.forget(privatePath.crn);
  });
  return { status: 204 };
}
