/**
 * Service instances as the Resource Controller keeps them (hpcs-network-policy §3.3), and what makes one a target of
 * endpoint gateways: `extensions.virtual_private_endpoints` (vpc-endpoint-gateways §8).
 */
import type { Timer } from '../../../src/lib/clock.ts';
import type { Account, ResourceGroup } from '../accounts.ts';
import type { KeyInstance } from '../keys/model.ts';

export const INSTANCE_STATES = [
  'active',
  'inactive',
  'removed',
  'pending_removal',
  'pending_reclamation',
  'failed',
  'provisioning',
  'pre_provisioning',
] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** In the words of the API. An empty host stands for the domain itself (sample in IBM's Databases documentation). */
export interface VirtualPrivateEndpoints {
  readonly dns_domain: string;
  readonly dns_hosts: readonly string[];
  readonly endpoints: ReadonlyArray<{ readonly ip_address: string; readonly zone: string }>;
  readonly origin_type: string;
  readonly ports: ReadonlyArray<{ readonly port_min: number; readonly port_max: number }>;
}

/** What a deleted instance waits in until it is restored or gone (§3.7). */
export interface Reclamation {
  readonly id: string;
  readonly createdAtMs: number;
  readonly targetAtMs: number;
  readonly createdBy: string;
  updatedAtMs: number;
  updatedBy: string;
  state: 'SCHEDULED' | 'RESTORING' | 'RECLAIMING';
}

export interface ServiceInstance {
  readonly guid: string;
  readonly crn: string;
  name: string;
  readonly account: Account;
  /** CRN field of the service, such as `kms`. */
  readonly service: string;
  readonly region: string;
  readonly resourceGroup: ResourceGroup;
  readonly createdAtMs: number;
  state: InstanceState;
  /** What happens to its state next. */
  nextStep?: Timer;
  operation: 'create' | 'update' | 'delete';
  updatedAtMs: number;
  updatedBy: string;
  reclamation?: Reclamation | undefined;
  restored?: { readonly atMs: number; readonly by: string };
  /** As they were given at its creation and with later changes; policies may differ from them (U9). */
  readonly parameters: Record<string, unknown>;
  /** Absent for a service that no gateway can lead to. */
  readonly virtualPrivateEndpoints: VirtualPrivateEndpoints | undefined;
  /** What the key-management service has of it; absent for instances of other services. */
  readonly keys?: KeyInstance;
}

/** Of every seeded instance. */
export const INSTANCE_CREATOR = 'IBMid-550000AAAA';

export function instanceCrn(service: string, region: string, accountId: string, guid: string): string {
  return `crn:v1:bluemix:public:${service}:${region}:a/${accountId}:${guid}::`;
}

/** Names under which the instance answers. */
export function hostsOf({ dns_domain: domain, dns_hosts: hosts }: VirtualPrivateEndpoints): string[] {
  return hosts.map((host) => (host === '' ? domain : `${host}.${domain}`));
}

/** What an instance that answers under one name has in its extensions. */
export function endpointsAt(host: string, region: string): VirtualPrivateEndpoints {
  return {
    dns_domain: host,
    dns_hosts: [''],
    endpoints: [1, 2, 3].map((zone) => ({ ip_address: `166.9.0.${zone}`, zone: `${region}-${zone}` })),
    origin_type: 'cse',
    ports: [{ port_min: 443, port_max: 443 }],
  };
}
