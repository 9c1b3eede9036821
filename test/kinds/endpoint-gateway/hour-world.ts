/** An account with many gateways that are settled, and the objects that ask for them. */
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { startCloud } from '../../cloud/cloud.ts';
import { MemoryKube } from '../../controller/memory-kube.ts';
import { HourWorld } from '../hour/world.ts';
import { accountName, type Populated, type Population, populate } from './hour-account.ts';
import { openAccount } from './scene-cloud.ts';
import { clusterID, zones } from './scene.ts';

/** What search lags behind tagging: IBM says "a few seconds", so this is more than it may be. */
const searchLagMs = 30_000;

export interface GatewayHour {
  readonly world: HourWorld<GatewayResource>;
  readonly populated: Populated;
}

/** The resource bindings are made, too. */
export async function openGatewayHour(population: Population): Promise<GatewayHour> {
  const cloud = await startCloud({ defaultSeed: false, settings: { lockHoldMs: 0, searchLagMs } });
  cloud.control.clock.freeze();
  const kube = new MemoryKube<GatewayResource>();
  const populated = await populate(cloud, kube, population);
  const keyFile = await cloud.apiKeyFile(accountName);
  const world = new HourWorld({
    cloud,
    kube,
    kind: endpointGateway,
    keys: populated.keys,
    clusterID,
    zones,
    open: async (budget) => openAccount(cloud, accountName, keyFile, { budget, allowedNamespaces: ['*'] }),
  });
  await world.settle(2 * searchLagMs);
  return { world, populated };
}
