/**
 * The admin listener's routes:
 *
 *   seeding   POST /accounts, /vpcs, /subnets, /security-groups, /reserved-ips, /endpoint-gateways,
 *                  /instances, /load-balancers, /private-path-service-gateways, /resource-groups, /service-instances
 *             GET  /accounts/:account/api-key-file
 *   time      GET  /clock; POST /clock/advance, /clock/set, /clock/freeze, /clock/resume
 *   behaviour GET, PATCH /settings; GET, POST, DELETE /faults; DELETE /faults/:id
 *             POST /endpoint-gateways/:id/state, /service-instances/state; POST, DELETE /refused-tags
 *   evidence  GET, DELETE /requests; GET /requests/count, /states, /leftovers
 *   keys      in `keys/admin-routes.ts`
 *   network   /network/…, in `network/admin-routes.ts`
 */
import { route, type AdminRoute, type Asked } from './admin-route.ts';
import { SERVICES, type FaultRule, type Service } from './faults.ts';
import type { Control } from './control.ts';
import { keyRoutes } from './keys/admin-routes.ts';
import type { SideConfigs } from './network/sides.ts';
import { networkRoutes } from './network/admin-routes.ts';
import type { RequestFilter } from './request-log.ts';
import type { InstanceState } from './resources/instances.ts';
import type { ResourceGroupSeed, ServiceInstanceSeed } from './resources/seed.ts';
import type { GatewaySeed, Place, SubnetSeed, VpcSeed } from './seed.ts';
import type { Settings } from './settings.ts';
import type { InstanceSeed } from './vpc/instances.ts';
import type { ForcedState } from './vpc/lifecycle.ts';
import type { LoadBalancerSeed, PrivatePathSeed } from './vpc/private-path/seed.ts';
import type { Reservation } from './vpc/reservation.ts';

type ApiKeyFile = (account: string) => Promise<string>;

interface OnDemand {
  readonly keyFiles: ApiKeyFile;
  readonly sideConfigs: SideConfigs;
}

export function adminRoutes(control: Control, { keyFiles, sideConfigs }: OnDemand): AdminRoute[] {
  return [
    ...seedRoutes(control, keyFiles),
    ...clockRoutes(control),
    ...behaviourRoutes(control),
    ...evidenceRoutes(control),
    ...keyRoutes(control),
    ...networkRoutes(control.network, sideConfigs),
  ];
}

/** A seeded resource as other processes need it: the objects themselves refer to each other. */
function idOf({ id, crn }: { id: string; crn?: string }): unknown {
  return { id, crn };
}

function seedRoutes({ seed }: Control, apiKeyFile: ApiKeyFile): AdminRoute[] {
  return [
    route('POST /accounts', '{name}: adds an account', ({ body }) =>
      idOf({ id: seed.account((body as { name: string }).name).id }),
    ),
    route(
      'GET /accounts/:account/api-key-file',
      'path of a file that holds an API key of the account',
      async ({ params }) => ({ file: await apiKeyFile(params['account'] ?? '') }),
    ),
    route(
      'POST /vpcs',
      '{name, account?, region?, addressPrefixes?, enableHub?, manualServers?}: adds a VPC with its default security group',
      ({ body }) => idOf(seed.vpc(body as VpcSeed)),
    ),
    route('POST /subnets', '{vpc, name, zone, cidr, account?, region?}: adds a subnet', ({ body }) =>
      idOf(seed.subnet(body as SubnetSeed)),
    ),
    route('POST /security-groups', '{vpc, name, account?, region?}: adds a security group', ({ body }) =>
      idOf(seed.securityGroup(body as Place & { vpc: string; name: string })),
    ),
    route(
      'POST /reserved-ips',
      '{subnet, address?, name?, account?, region?}: adds an unbound reserved IP',
      ({ body }) => idOf({ id: seed.reservedIP(body as Place & { subnet: string } & Reservation).id }),
    ),
    route(
      'POST /endpoint-gateways',
      '{prototype, legacy?, account?, region?}: adds a stable gateway; prototype is an API create body',
      ({ body }) => idOf(seed.endpointGateway(body as GatewaySeed)),
    ),
    route(
      'POST /instances',
      '{vpc, name, zone, account?, region?}: adds a virtual server instance that runs',
      ({ body }) => idOf(seed.instance(body as Place & InstanceSeed)),
    ),
    route(
      'POST /load-balancers',
      '{vpc, name, isPrivatePath?, account?, region?}: adds a load balancer, for Private Path',
      ({ body }) => idOf(seed.loadBalancer(body as Place & LoadBalancerSeed)),
    ),
    route(
      'POST /private-path-service-gateways',
      '{vpc, name, serviceEndpoints, defaultAccessPolicy?, published?, account?, region?}: adds a stable one',
      ({ body }) => idOf(seed.privatePath(body as Place & PrivatePathSeed)),
    ),
    route('POST /resource-groups', '{name, account?}: adds a resource group', ({ body }) =>
      idOf({ id: seed.resourceGroup(body as ResourceGroupSeed).id }),
    ),
    route(
      'POST /service-instances',
      '{name, service, region?, resourceGroup?, state?, virtualPrivateEndpoints?, account?}: adds a service instance',
      ({ body }) => {
        const { guid, crn } = seed.serviceInstance(body as ServiceInstanceSeed);
        return idOf({ id: guid, crn });
      },
    ),
  ];
}

function clockRoutes({ clock }: Control): AdminRoute[] {
  const time = (): unknown => ({ now: new Date(clock.now()).toISOString() });
  return [
    route('GET /clock', 'the simulated time', time),
    route('POST /clock/advance', '{ms}: moves time forward', ({ body }) => {
      clock.advance((body as { ms: number }).ms);
      return time();
    }),
    route('POST /clock/set', '{time}: moves to an RFC 3339 time', ({ body }) => {
      clock.set(Date.parse((body as { time: string }).time));
      return time();
    }),
    route('POST /clock/freeze', 'stops time', () => {
      clock.freeze();
      return time();
    }),
    route('POST /clock/resume', 'lets time run again', () => {
      clock.resume();
      return time();
    }),
  ];
}

function behaviourRoutes({ settings, faults, ...control }: Control): AdminRoute[] {
  return [
    route('GET /settings', 'delays, lags and checks', () => settings),
    route('PATCH /settings', 'changes any of them', ({ body }) =>
      Object.assign(settings, knownSettings(settings, body)),
    ),
    route('GET /faults', 'the fault plan, with how often each fault matched and struck', () => faults.list()),
    route(
      'POST /faults',
      'adds {service?, method?, path?, operation?, skip?, times?, every?, when?, delayMs?, drop?, silent?, status?, code?, retryAfter?}',
      ({ body }) => ({ id: faults.add(body as FaultRule) }),
    ),
    route('DELETE /faults', 'clears the plan', () => faults.clear()),
    route('DELETE /faults/:id', 'clears one fault', ({ params }) => faults.clear(params['id'])),
    route(
      'POST /endpoint-gateways/:id/state',
      '{lifecycleState, healthState?, lifecycleReasons?}: forces a state, until such a call puts it back to stable',
      ({ params, body }) => control.forceState(params['id'] ?? '', body as ForcedState),
    ),
    route(
      'POST /service-instances/state',
      '{crn, state, afterMs?}: changes the state of an instance, now or later',
      ({ body }) => {
        const { crn, state, afterMs } = body as { crn: string; state: InstanceState; afterMs?: number };
        control.setInstanceState(crn, state, afterMs);
      },
    ),
    route('POST /refused-tags', '{tag, message}: has tagging refuse a tag in these words', ({ body }) => {
      const { tag, message } = body as { tag: string; message: string };
      control.refusedTags.set(tag.toLowerCase(), message);
    }),
    route('DELETE /refused-tags', 'has tagging accept every tag again', () => control.refusedTags.clear()),
  ];
}

function knownSettings(settings: Settings, body: unknown): Partial<Settings> {
  const changes = body as Record<string, unknown>;
  const unknown = Object.keys(changes).find((name) => !(name in settings));
  if (unknown !== undefined) {
    throw new Error(`there is no setting ${unknown}`);
  }
  return changes;
}

function evidenceRoutes({ requestLog, stateLog, ...control }: Control): AdminRoute[] {
  return [
    route('GET /requests', 'the request log; ?service= ?operation= ?method= ?after=<sequence>', ({ query }) =>
      requestLog.entries(filterOf(query)),
    ),
    route('GET /requests/count', 'calls by operation; the same filters', ({ query }) =>
      requestLog.countByOperation(filterOf(query)),
    ),
    route('DELETE /requests', 'empties the request log', () => requestLog.clear()),
    route('GET /states', 'the states that each gateway has held, by gateway id', () =>
      Object.fromEntries(stateLog.all()),
    ),
    route('GET /leftovers', 'gateways, tags and unkept reserved IPs that clients left', () =>
      control.leftovers(),
    ),
  ];
}

function filterOf({ service, operation, method, after }: Asked['query']): RequestFilter {
  if (service !== undefined && !SERVICES.includes(service as Service)) {
    throw new Error(`there is no service ${service}`);
  }
  return {
    service: service as Service | undefined,
    operation,
    method,
    after: after === undefined ? undefined : Number(after),
  };
}
