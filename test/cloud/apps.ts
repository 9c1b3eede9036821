/** The services of the cloud, each as an application of its own, and under which URL clients reach each. */
import type { FastifyInstance } from 'fastify';
import { serveAdmin } from './admin.ts';
import { adminRoutes } from './admin-routes.ts';
import { serveCatalog } from './catalog/service.ts';
import type { Control } from './control.ts';
import { errorsBody } from './errors.ts';
import type { Service } from './faults.ts';
import { iamErrorBody, serveIam } from './iam/service.ts';
import { createApp, type Listener, type RenderError } from './listener.ts';
import { serveBroker } from './keys/broker.ts';
import { keyErrorBody } from './keys/errors.ts';
import { keyAppName, tkeAppName } from './keys/hosts.ts';
import type { KeySide } from './keys/model.ts';
import { serveKeys } from './keys/service.ts';
import { serveTke } from './keys/tke.ts';
import { metadataErrorBody, serveMetadata } from './metadata/service.ts';
import type { SideConfigs } from './network/sides.ts';
import { resourceErrorBody, serveResourceController } from './resources/controller.ts';
import { serveResourceManager } from './resources/groups.ts';
import { serveSearch } from './search/service.ts';
import { serveTagging } from './tagging/service.ts';
import { observeTraffic } from './traffic.ts';
import { serveVpc } from './vpc/service.ts';
import type { World } from './world.ts';

export interface Endpoints {
  /** Base URL of the VPC API in a region, `/v1` included. Throws for a region that was not started. */
  readonly vpc: (region: string) => string;
  /** The same of all regions, with `{region}` in the place of one. */
  readonly vpcOfAnyRegion: string;
  /** Of the key-management services of a region, of HPCS and Key Protect alike. */
  readonly keys: (region: string, side: KeySide) => string;
  /** Of trusted key entry in a region. */
  readonly tke: (region: string, side: KeySide) => string;
  /** Where HPCS instances say how they are reached. */
  readonly hpcsBroker: string;
  readonly iam: string;
  /** Of the instance that tests seed. */
  readonly metadata: string;
  readonly tagging: string;
  readonly search: string;
  /** With `/api/v1-beta`, as IBM's SDKs want it. */
  readonly catalog: string;
  readonly resourceController: string;
  readonly resourceManager: string;
  readonly admin: string;
}

export type KeyFiles = (account: string) => Promise<string>;

export interface AppOptions {
  readonly control: Control;
  readonly keyFiles: KeyFiles;
  readonly sideConfigs: SideConfigs;
  readonly regions: readonly string[];
}

interface ServedApi {
  readonly serve: (app: FastifyInstance, world: World) => void;
  /** The shape of most of IBM's error bodies when absent. */
  readonly renderError?: (world: World) => RenderError;
}

/** Those that are the same in every region. */
type GlobalService = Exclude<Service, 'vpc' | `${'keys' | 'tke'}-${KeySide}`>;

const GLOBAL_SERVICES: Readonly<Record<GlobalService, ServedApi>> = {
  iam: {
    serve: serveIam,
    renderError: (world) => (error, request) => iamErrorBody(error, request, world.clock.now()),
  },
  metadata: { serve: serveMetadata, renderError: () => metadataErrorBody },
  tagging: { serve: serveTagging },
  search: { serve: serveSearch },
  catalog: { serve: serveCatalog },
  'hpcs-broker': { serve: serveBroker, renderError: () => resourceErrorBody },
  'resource-controller': { serve: serveResourceController, renderError: () => resourceErrorBody },
  'resource-manager': { serve: serveResourceManager, renderError: () => resourceErrorBody },
};

/** By the names under which `ports` knows them. */
export function createApps(
  world: World,
  { control, keyFiles, sideConfigs, regions }: AppOptions,
): Map<string, FastifyInstance> {
  const create = (service: Service, { serve, renderError }: ServedApi): FastifyInstance => {
    const render = renderError?.(world) ?? renderErrors;
    const app = createApp(render);
    observeTraffic(app, world, { service, renderError: render });
    serve(app, world);
    return app;
  };
  const apps = new Map(
    Object.entries(GLOBAL_SERVICES).map(([name, api]) => [name, create(name as Service, api)]),
  );
  for (const region of regions) {
    apps.set(`vpc/${region}`, create('vpc', { serve: (app) => serveVpc(app, world, region) }));
    for (const side of ['public', 'private'] as const) {
      const place = { region, side };
      const keys: ServedApi = {
        serve: (app) => serveKeys(app, world, place),
        renderError: () => keyErrorBody,
      };
      const tke: ServedApi = {
        serve: (app) => serveTke(app, world, place),
        renderError: () => resourceErrorBody,
      };
      apps.set(keyAppName(region, side), create(`keys-${side}`, keys));
      apps.set(tkeAppName(region, side), create(`tke-${side}`, tke));
    }
  }
  apps.set('vpc', routeRegions(apps));
  const admin = createApp(renderErrors);
  serveAdmin(admin, adminRoutes(control, { keyFiles, sideConfigs }));
  return apps.set('admin', admin);
}

/** The VPC API of all regions under one host: the region comes first in the path. */
function routeRegions(apps: ReadonlyMap<string, FastifyInstance>): FastifyInstance {
  const router = createApp(renderErrors);
  router.addHook('onRequest', async ({ raw }, reply) => {
    const [, region, path] = /^\/([^/]+)(\/.*)$/.exec(raw.url ?? '') ?? [];
    const regional = apps.get(`vpc/${region}`);
    if (regional !== undefined && path !== undefined) {
      raw.url = path;
      reply.hijack();
      regional.routing(raw, reply.raw);
    }
  });
  return router;
}

const renderErrors: RenderError = (error, request) => errorsBody(error, request.id);

export function endpointsOf(
  listeners: ReadonlyMap<string, Listener>,
  scheme: 'tlsUrl' | 'plainUrl',
): Endpoints {
  const url = (name: string): string => {
    const listener = listeners.get(name);
    if (listener === undefined) {
      throw new Error(`the simulated cloud does not serve ${name}`);
    }
    return listener[scheme];
  };
  return {
    vpc: (region) => `${url(`vpc/${region}`)}/v1`,
    vpcOfAnyRegion: `${url('vpc')}/{region}/v1`,
    keys: (region, side) => url(keyAppName(region, side)),
    tke: (region, side) => url(tkeAppName(region, side)),
    hpcsBroker: url('hpcs-broker'),
    iam: url('iam'),
    metadata: url('metadata'),
    tagging: url('tagging'),
    search: url('search'),
    catalog: `${url('catalog')}/api/v1-beta`,
    resourceController: url('resource-controller'),
    resourceManager: url('resource-manager'),
    admin: url('admin'),
  };
}
