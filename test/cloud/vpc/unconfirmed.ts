/**
 * Behaviour of the VPC API that no source settled (vpc-endpoint-gateways §14): the simulator's choice for each,
 * here and nowhere else. Error codes of this kind stand beside their rule in `rules.ts`.
 */
import type { DnsMode } from './model.ts';

/** §2.4: the mode of a gateway whose creator names none. */
export const DEFAULT_DNS_RESOLUTION_BINDING_MODE: DnsMode = 'primary';

/** §2.4: `auto_delete` of a new IP when the client does not say, in `ips` and on the subnet alike. */
export const DEFAULT_AUTO_DELETE = false;

/** §14.20: fields and parameters that the API does not know. Refusing them finds misspelt ones. */
export const ACCEPTS_UNKNOWN_FIELDS = false;

/** §4.2: the answer to a body that names a resource which does not exist. A path that does so gives 404. */
export const UNKNOWN_REFERENCE_STATUS = 400;

/** §11.5: documented examples leave `version` and `generation` out of page links. */
export const PAGE_LINKS_CARRY_VERSION = false;

/** §1.2: the oldest version date that is accepted; two old messages differ. */
export const OLDEST_VERSION = '2019-01-01';

/** Security group rules say `icmp_tcp_udp` from this version date on, and `all` before it. */
export const RULE_PROTOCOLS_RENAMED_ON = '2025-12-09';

/** §2.6: names of the provider's own addresses in a subnet: the first four and the last. */
export const PROVIDER_ADDRESSES = [
  { index: 0, name: 'ibm-network-address' },
  { index: 1, name: 'ibm-default-gateway' },
  { index: 2, name: 'ibm-dns-address' },
  { index: 3, name: 'ibm-reserved-address' },
  { index: -1, name: 'ibm-broadcast-address' },
] as const;

/** §3.3, R4: services whose gateways can bind resources. */
export const RESOURCE_BINDING_SERVICES: readonly string[] = ['cloud-object-storage'];
