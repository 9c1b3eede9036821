/** Instances of HPCS and Key Protect that a test puts into the cloud (hpcs-network-policy §1.1, §3.6, §7). */
import { endpointsAt, type ServiceInstance, type VirtualPrivateEndpoints } from '../resources/instances.ts';
import { seedServiceInstance, type ServiceInstanceSeed } from '../resources/seed.ts';
import type { World } from '../world.ts';
import { keyEndpoints, type KeyEndpointForm } from './hosts.ts';
import { writePolicy, type KeyInstance } from './model.ts';

export type AllowedNetwork = 'public-and-private' | 'private-only';

interface KeyInstanceSeed extends Omit<ServiceInstanceSeed, 'service'> {
  /** A policy that a stranger set before the test; none was ever set when absent. */
  readonly allowedNetwork?: AllowedNetwork;
}

export interface HpcsInstanceSeed extends KeyInstanceSeed {
  /** Holds its master key unless false. */
  readonly initialized?: boolean;
  /** An older instance, known by a port of its region's endpoint. */
  readonly port?: number;
}

export interface KeyProtectInstanceSeed extends KeyInstanceSeed {
  /** Key Protect Dedicated: endpoints of its own, and no network policy. */
  readonly dedicated?: boolean;
}

export function seedHpcsInstance(
  world: World,
  { initialized = true, port, ...seed }: HpcsInstanceSeed,
  createdAtMs: number,
): ServiceInstance {
  const form = port === undefined ? 'instance' : { port };
  const keys = { initialized, dedicated: false, form } as const;
  return seedKeyInstance(world, { ...seed, service: 'hs-crypto' }, { keys, createdAtMs });
}

export function seedKeyProtectInstance(
  world: World,
  { dedicated = false, ...seed }: KeyProtectInstanceSeed,
  createdAtMs: number,
): ServiceInstance {
  const keys = { initialized: true, dedicated, form: dedicated ? 'instance' : 'shared' } as const;
  return seedKeyInstance(world, { ...seed, service: 'kms' }, { keys, createdAtMs });
}

/** In the range of the documented sample (§6). */
const FIRST_ALLOWED_IP_PORT = 15_000;

interface KeyFacts {
  readonly initialized: boolean;
  readonly dedicated: boolean;
  readonly form: KeyEndpointForm;
}

function seedKeyInstance(
  world: World,
  { allowedNetwork, ...seed }: KeyInstanceSeed & Pick<ServiceInstanceSeed, 'service'>,
  { keys: { form, ...facts }, createdAtMs }: { readonly keys: KeyFacts; readonly createdAtMs: number },
): ServiceInstance {
  const plain = seedServiceInstance(world, seed, createdAtMs);
  const endpoints = keyEndpoints(plain, form);
  const allowedIPPort = FIRST_ALLOWED_IP_PORT + world.instances.size;
  const keys = { ...facts, endpoints, allowedIPPort, policies: new Map() };
  const { virtualPrivateEndpoints = published(endpoints.private, plain.region) } = seed;
  const instance = { ...plain, keys, virtualPrivateEndpoints };
  world.instances.set(instance.crn, instance);
  if (allowedNetwork !== undefined) {
    setAllowedNetwork(keys, allowedNetwork, createdAtMs);
  }
  return instance;
}

/** Whether HPCS publishes what a gateway needs to know is UNCONFIRMED (U24). */
function published(endpoint: string, region: string): VirtualPrivateEndpoints {
  const [host = '', port = '443'] = endpoint.split(':');
  const ports = [...new Set([443, Number(port)])].map((one) => ({ port_min: one, port_max: one }));
  return { ...endpointsAt(host, region), ports };
}

const STRANGER = 'IBMid-550000AAAA';

/** As somebody who is neither a client nor the test's identity. */
export function setAllowedNetwork(keys: KeyInstance, network: AllowedNetwork, atMs: number): void {
  writePolicy(keys, 'allowedNetwork', {
    content: { enabled: true, attributes: { allowed_network: network } },
    writer: { iamId: STRANGER, atMs },
  });
}
