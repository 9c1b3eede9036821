/**
 * What a test may do to a running cloud and ask it, beside calling its APIs: seed it, move its clock, make it
 * fail, force a gateway's state, and read what it holds and what it was asked.
 */
import type { Account, KeyRole } from './accounts.ts';
import type { SettableClock } from './clock.ts';
import type { FaultPlan } from './faults.ts';
import type { KeyInstance } from './keys/model.ts';
import { setAllowedNetwork, type AllowedNetwork } from './keys/seed.ts';
import type { NetworkControl } from './network/network-control.ts';
import type { RequestLog } from './request-log.ts';
import type { InstanceState, ServiceInstance } from './resources/instances.ts';
import { putIntoState, putIntoStateAfter } from './resources/lifecycle.ts';
import type { Seed } from './seed.ts';
import type { Settings } from './settings.ts';
import type { StateLog } from './state-log.ts';
import type { TagType } from './tagging/tags.ts';
import { formatAddress } from './vpc/addresses.ts';
import { force, type ForcedState } from './vpc/lifecycle.ts';
import type { AccountRegion, EndpointGateway } from './vpc/model.ts';
import { areaOf, type World } from './world.ts';

export interface Control {
  readonly seed: Seed;
  readonly clock: SettableClock;
  /** May be changed at any time; what is under way keeps the figures that it started with. */
  readonly settings: Settings;
  readonly faults: FaultPlan;
  readonly requestLog: RequestLog;
  readonly stateLog: StateLog;
  /** Faults and logs of the simulated network. */
  readonly network: NetworkControl;
  account(name: string): Account;
  /** What one account holds in one region, live: to read, not to change. */
  area(account: string, region: string): AccountRegion;
  /** Refuses the key from now on, and the tokens that were made from it. */
  revokeApiKey(apiKey: string): void;
  /** Gives the key's identity another service role on key-management instances, at once. */
  setKeyRole(apiKey: string, role: KeyRole): void;
  /** Refuses every access token issued so far, as if its time were over; API keys stay valid. */
  expireTokens(): void;
  /** Throws when there is no such gateway. */
  forceState(gatewayId: string, state: ForcedState): void;
  /** Tags in lower case that tagging refuses from now on to attach and detach, and the words that it does so with. */
  readonly refusedTags: Map<string, string>;
  /**
   * Now, or after this much simulated time, unless the instance changes before; one that is deleted so
   * (`pending_reclamation`) can be restored. Throws when there is none.
   */
  setInstanceState(crn: string, state: InstanceState, afterMs?: number): void;
  /** Loads a master key, or takes it away. Throws when the instance keeps no keys. */
  setInitialized(crn: string, initialized: boolean): void;
  /** Sets an instance's network policy as a stranger would. Throws when the instance keeps no keys. */
  setAllowedNetwork(crn: string, network: AllowedNetwork): void;
  /** What a resource carries now. */
  tagsOf(crn: string, type: TagType): readonly string[];
  leftovers(): Leftovers;
}

/** What clients made and left; the test's own seeds are not counted. */
export interface Leftovers {
  readonly gateways: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly lifecycleState: string;
  }>;
  /** Resources that still carry user tags. */
  readonly tags: ReadonlyArray<{ readonly crn: string; readonly tags: readonly string[] }>;
  /**
   * Reserved IPs that some client made and that are still there, except those that a client wanted to outlive
   * their gateway (`auto_delete` false).
   */
  readonly reservedIPs: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly subnet: string;
    readonly address: string;
    readonly gateway: string | undefined;
  }>;
}

export function createControl(world: World, seed: Seed): Control {
  return {
    seed,
    clock: world.clock,
    settings: world.settings,
    faults: world.faults,
    requestLog: world.requestLog,
    stateLog: world.stateLog,
    network: world.network,
    account: (name) => world.accounts.named(name),
    area: (account, region) => areaOf(world, world.accounts.named(account), region),
    revokeApiKey: (apiKey) => world.accounts.revokeApiKey(apiKey),
    setKeyRole: (apiKey, role) => world.accounts.setKeyRole(apiKey, role),
    expireTokens: () => world.tokens.expireAll(),
    forceState: (gatewayId, state) => force(world, findGateway(world, gatewayId), state),
    refusedTags: world.refusedTags,
    setInstanceState: (crn, state, afterMs) => {
      const instance = findInstance(world, crn);
      if (afterMs === undefined) {
        putIntoState(world, instance, state);
      } else {
        putIntoStateAfter(world, instance, { state, afterMs });
      }
    },
    setInitialized: (crn, initialized) => {
      findKeys(world, crn).initialized = initialized;
    },
    setAllowedNetwork: (crn, network) => setAllowedNetwork(findKeys(world, crn), network, world.clock.now()),
    tagsOf: (crn, type) => world.tags.of(crn, type),
    leftovers: () => leftovers(world),
  };
}

function findInstance({ instances }: World, crn: string): ServiceInstance {
  const instance = instances.get(crn);
  if (instance === undefined) {
    throw new Error(`the simulated cloud has no service instance ${crn}`);
  }
  return instance;
}

function findKeys(world: World, crn: string): KeyInstance {
  const { keys } = findInstance(world, crn);
  if (keys === undefined) {
    throw new Error(`the service instance ${crn} keeps no keys`);
  }
  return keys;
}

function findGateway(world: World, id: string): EndpointGateway {
  for (const area of world.areas.values()) {
    const gateway = area.gateways.get(id);
    if (gateway !== undefined) {
      return gateway;
    }
  }
  throw new Error(`the simulated cloud has no endpoint gateway ${id}`);
}

function leftovers(world: World): Leftovers {
  const areas = [...world.areas.values()];
  const subnets = areas.flatMap((area) => [...area.subnets.values()]);
  return {
    gateways: areas.flatMap((area) =>
      [...area.gateways.values()]
        .filter(({ origin }) => origin === 'api')
        .map(({ id, name, lifecycleState }) => ({ id, name, lifecycleState })),
    ),
    tags: world.tags.all(),
    reservedIPs: subnets.flatMap((subnet) =>
      [...subnet.reservedIPs.values()]
        .filter(({ origin, kept }) => origin === 'api' && !kept)
        .map(({ id, name, address, gateway }) => ({
          id,
          name,
          subnet: subnet.id,
          address: formatAddress(address),
          gateway: gateway?.id,
        })),
    ),
  };
}
