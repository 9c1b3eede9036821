/** An account with many closed instances, the objects that ask for them, and an operator in a VPC of the account. */
import { hpcsNetworkPolicy } from '../../../src/kinds/hpcs-network-policy/index.ts';
import type { PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import { startCloud } from '../../cloud/cloud.ts';
import { networkOf } from '../../cloud/network/network.ts';
import { MemoryKube } from '../../controller/memory-kube.ts';
import { openAccount } from '../endpoint-gateway/scene-cloud.ts';
import { HourWorld } from '../hour/world.ts';
import { accountName, populate, type Populated, type Population } from './hour-account.ts';

export interface PolicyHour {
  readonly world: HourWorld<PolicyResource>;
  readonly populated: Populated;
}

/** Everything is known of the instances, that public calls are denied among it. */
export async function openPolicyHour(population: Population): Promise<PolicyHour> {
  const cloud = await startCloud({ defaultSeed: false });
  const { clock, seed } = cloud.control;
  clock.freeze();
  seed.account(accountName);
  const { id: vpc } = seed.vpc({ account: accountName, name: 'vpc' });
  const network = await networkOf(cloud, { vpc });
  const kube = new MemoryKube<PolicyResource>();
  const populated = populate(cloud, kube, population);
  const keyFile = await cloud.apiKeyFile(accountName);
  const world = new HourWorld({
    cloud,
    kube,
    kind: hpcsNetworkPolicy,
    keys: [...populated.keys()],
    clusterID: 'cluster',
    zones: [],
    // Half of the time that the budget takes for one call.
    idleStepMs: 100,
    open: async (budget) =>
      openAccount(cloud, accountName, keyFile, { budget, allowedNamespaces: ['*'] }, network),
  });
  await world.settle(1_000);
  return { world, populated };
}
