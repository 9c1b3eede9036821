/**
 * Behaviour of the VPC API that no source settled (vpc-endpoint-gateways §14): the simulator's choice for each,
 * here and nowhere else. Error codes of this kind stand beside their rule in `rules.ts`.
 */
import type { DnsMode, LifecycleState } from './model.ts';
import type { AccessBinding, AccessPolicy } from './private-path/model.ts';

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

/** §2.9, §14.14: the policy of a Private Path service gateway whose creator names none; texts say deny and review. */
export const DEFAULT_ACCESS_POLICY: AccessPolicy = 'deny';

/** §2.9, §14.14: how long a provider has to decide. The API's text says 14 days, a page of the documentation 30. */
export const ACCESS_EXPIRES_AFTER_MS = 14 * 86_400_000;

/** §5.1, §14.7: the state of a gateway whose request nobody decided in time. */
export const STATE_ON_ACCESS_EXPIRED: LifecycleState = 'failed';

/** §5.1, §14.7: the state of a gateway while DNS sharing is being set up. */
export const STATE_ON_DNS_PENDING: LifecycleState = 'updating';

/** §2.9: bindings that `endpoint_gateway_count` counts, and that keep a Private Path service gateway (R20). */
export const ACTIVE_BINDINGS: readonly AccessBinding['status'][] = ['pending', 'permitted'];

/**
 * R3 and R22: modes of another gateway in the topology that a `primary` one for the same names collides with. By the
 * letter of R3 it is any mode; but then no VPC could share the names that another keeps to itself.
 */
export const COLLIDING_MODES: readonly DnsMode[] = ['primary'];

/** §10.1, §14.22: what a resolver says of the names of a gateway that has no IPs. */
export const ANSWER_WITHOUT_ADDRESSES: 'nodata' | 'nxdomain' = 'nodata';

/** §10.1, §14.4: the answer to a DNS binding with another account's hub that is not authorized. */
export const UNAUTHORIZED_DNS_BINDING_STATUS = 401;
