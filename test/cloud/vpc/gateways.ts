/** `/endpoint_gateways` (vpc-endpoint-gateways §1.4). */
import { sleep } from '../../../src/lib/clock.ts';
import { ApiError, field } from '../errors.ts';
import type { World } from '../world.ts';
import { isNotNeededInTopology, modeSuits, sharerOf } from './dns/rules.ts';
import { endSharing, mayShareAgain, startSharing } from './dns/sharing.ts';
import { sharesDns } from './dns/topology.ts';
import { hasMode, modeOf, type DnsFields } from './dns-mode.ts';
import { passes, placement, PLACEMENT_FILTERS } from './filters.ts';
import { atPath, vpcIn } from './find.ts';
import { createGateway, planGateway, type GatewayPrototype } from './gateway-prototype.ts';
import { changed, deleteGateway } from './lifecycle.ts';
import type { DnsMode, EndpointGateway } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { newestFirst, page } from './paging.ts';
import { renderGateway } from './render.ts';
import { isChangeable, nameIsFree } from './rules.ts';
import { gatewayPatch, gatewayPrototype, listQuery } from './schemas.ts';

const LIST_QUERY = listQuery([
  ...PLACEMENT_FILTERS,
  'name',
  'lifecycle_state',
  'dns_resolution_binding_mode',
  'allow_dns_resolution_binding',
]);

export function gatewayOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_endpoint_gateways',
      route: 'GET /endpoint_gateways',
      query: LIST_QUERY,
      handle: (call) => list(world, call),
    }),
    operation<GatewayPrototype>({
      id: 'create_endpoint_gateway',
      route: 'POST /endpoint_gateways',
      body: gatewayPrototype,
      handle: async (call) => create(world, call),
    }),
    operation({
      id: 'get_endpoint_gateway',
      route: 'GET /endpoint_gateways/:id',
      handle: (call) => ({ status: 200, body: renderGateway(gatewayAt(call), call.view) }),
    }),
    operation<GatewayPatch>({
      id: 'update_endpoint_gateway',
      route: 'PATCH /endpoint_gateways/:id',
      body: gatewayPatch,
      handle: (call) => patch(world, call),
    }),
    operation({
      id: 'delete_endpoint_gateway',
      route: 'DELETE /endpoint_gateways/:id',
      handle: (call) => {
        const gateway = gatewayAt(call);
        isChangeable(gateway);
        isNotNeededInTopology(gateway);
        if (sharesDns(gateway)) {
          endSharing(world, gateway.vpc, gateway.target.key);
        }
        deleteGateway(world, gateway);
        return { status: 204 };
      },
    }),
  ];
}

interface GatewayPatch extends DnsFields {
  readonly name?: string;
}

export function gatewayAt({ area, params }: Call<unknown>): EndpointGateway {
  return atPath(area.gateways, params['id'], 'endpoint gateway');
}

function list(world: World, { area, query, view, page: request }: Call<unknown>): Answer {
  const newestShownMs = world.clock.now() - world.settings.listLagMs;
  const shown = [...area.gateways.values()].filter(
    (gateway) =>
      (gateway.createdAtMs <= newestShownMs || gateway.origin === 'seed') &&
      passes(query, filterValues(gateway, view.version)),
  );
  const render = (gateway: EndpointGateway): unknown => renderGateway(gateway, view);
  return { status: 200, body: page('endpoint_gateways', shown, { order: newestFirst, render, request }) };
}

/** The DNS filter of the request's version; the other one finds nothing (for old dates UNCONFIRMED, §14.23). */
function filterValues(gateway: EndpointGateway, version: string): Record<string, string | undefined> {
  const { name, lifecycleState, dnsResolutionBindingMode: mode } = gateway;
  return {
    ...placement(gateway),
    name,
    lifecycle_state: lifecycleState,
    dns_resolution_binding_mode: hasMode(version) ? mode : undefined,
    allow_dns_resolution_binding: hasMode(version) ? undefined : String(mode !== 'disabled'),
  };
}

/**
 * The gateway exists from the moment the request is accepted, and the answer shows it as it was then; it comes when the
 * processing is over, and until then no other create of the same VPC is accepted (rule R24).
 */
async function create(world: World, { area, body, view }: Call<GatewayPrototype>): Promise<Answer> {
  const vpc = vpcIn(area, body.vpc);
  if (vpc.locked) {
    const message = 'The VPC is locked by another change.';
    throw new ApiError({ status: 409, code: 'vpc_locked', message, target: field('vpc', vpc.id) });
  }
  const gateway = createGateway(world, planGateway(world, vpc, { body, version: view.version }), 'api');
  const answer: Answer = { status: 201, body: renderGateway(gateway, view), createdId: gateway.id };
  if (world.settings.lockHoldMs > 0) {
    vpc.locked = true;
    try {
      await sleep(world.clock, world.settings.lockHoldMs, world.stopped);
    } finally {
      vpc.locked = false;
    }
  }
  return answer;
}

/** A merge patch; an empty one is accepted and changes nothing. */
function patch(world: World, call: Call<GatewayPatch>): Answer {
  const { body, view } = call;
  const gateway = gatewayAt(call);
  isChangeable(gateway);
  const { name = gateway.name } = body;
  const mode = modeOf(body, view.version, gateway.dnsResolutionBindingMode);
  if (world.settings.duplicateChecks) {
    nameIsFree(gateway.vpc.gateways, name, gateway);
  }
  if (mode !== gateway.dnsResolutionBindingMode) {
    modeSuits(sharerOf(gateway, mode));
    if (mode !== 'disabled') {
      mayShareAgain(world, gateway.vpc, gateway.target.key);
    }
  }
  if (name !== gateway.name || mode !== gateway.dnsResolutionBindingMode) {
    change(world, gateway, { name, mode });
  }
  return { status: 200, body: renderGateway(gateway, view) };
}

function change(
  world: World,
  gateway: EndpointGateway,
  { name, mode }: { name: string; mode: DnsMode },
): void {
  const didShare = sharesDns(gateway);
  const isNewMode = mode !== gateway.dnsResolutionBindingMode;
  gateway.name = name;
  gateway.dnsResolutionBindingMode = mode;
  changed(world, gateway);
  if (didShare && mode === 'disabled') {
    endSharing(world, gateway.vpc, gateway.target.key);
  } else if (isNewMode) {
    startSharing(world, gateway);
  }
}
