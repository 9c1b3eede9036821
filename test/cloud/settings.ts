import { standardKeySettings, type KeySettings } from './keys/settings.ts';

/**
 * What a test may turn while the cloud runs: how long things take, how late they show, which checks hold.
 * Every duration is simulated time. Real figures are in vpc-endpoint-gateways §5.3; these are shorter.
 */
export interface Settings extends KeySettings {
  /** A new gateway reads `pending` for this long, then `updating`. */
  pendingMs: number;
  /** From the create until the gateway reads `stable`. */
  createMs: number;
  /** A reserved IP that was not asked for by address reads `0.0.0.0` for this long. */
  addressMs: number;
  /** A gateway reads `updating` for this long after a change of name, mode, security groups or IPs. */
  changeMs: number;
  /** A deleted resource reads `deleting` for this long, then 404. */
  deleteMs: number;
  /** A gateway create takes this long and holds its VPC's lock meanwhile (rule R24). */
  lockHoldMs: number;
  /** A target CRN stays unknown for this long after the first create that names it (issues #2241, #6410). */
  registrationLagMs: number;
  /** A created gateway is missing from lists for this long; GET by id finds it at once. */
  listLagMs: number;
  /** A deleted gateway stays a target of its security groups for this long (issue #3780). */
  detachLagMs: number;
  /** The search shows a created gateway, and what happened to a resource's tags, this much later (§9). */
  searchLagMs: number;
  /** DNS sharing takes this long to be set up; gateways say so meanwhile (§5.1). */
  dnsSharingMs: number;
  /** What stopped sharing DNS cannot start again for this long (§3.3). */
  dnsRestMs: number;
  /** Resolvers go on telling what was so this long ago, after a gateway got stable or went (§5.3). */
  dnsConvergenceMs: number;
  /** A deleted key-management instance can be restored for this long (hpcs-network-policy §3.7). */
  reclamationMs: number;
  /** A restored instance is active again after this long. */
  restoreMs: number;
  /** An instance that goes for good reads `pending_removal` for this long. */
  instanceRemovalMs: number;
  tokenLifetimeMs: number;
  /** Rules R1, R2 and the unique names of R8. Off, a client that creates twice ends up with two gateways. */
  duplicateChecks: boolean;
  /** A context-based restriction refuses to bind resources (§10.5). */
  contextRestricted: boolean;
  /** Quotas (§4.5); IBM publishes none for gateways. */
  mostGatewaysPerVpc: number;
  mostReservedIPsPerRegion: number;
  mostSecurityGroupsPerVpc: number;
  mostTargetsPerSecurityGroup: number;
}

export const standardSettings: Readonly<Settings> = Object.freeze({
  ...standardKeySettings,
  pendingMs: 2_000,
  createMs: 8_000,
  addressMs: 4_000,
  changeMs: 3_000,
  deleteMs: 5_000,
  lockHoldMs: 500,
  registrationLagMs: 0,
  listLagMs: 0,
  detachLagMs: 0,
  dnsSharingMs: 0,
  dnsRestMs: 0,
  dnsConvergenceMs: 0,
  searchLagMs: 0,
  reclamationMs: 3 * 86_400_000,
  restoreMs: 4_000,
  instanceRemovalMs: 4_000,
  tokenLifetimeMs: 3_600_000,
  duplicateChecks: true,
  contextRestricted: false,
  mostGatewaysPerVpc: Number.MAX_SAFE_INTEGER,
  mostReservedIPsPerRegion: 20_000,
  mostSecurityGroupsPerVpc: 100,
  mostTargetsPerSecurityGroup: 1_000,
});

export const fastSettings: Readonly<Settings> = Object.freeze({
  ...standardSettings,
  pendingMs: 150,
  createMs: 600,
  addressMs: 300,
  changeMs: 200,
  deleteMs: 200,
  restoreMs: 200,
  instanceRemovalMs: 200,
  lockHoldMs: 20,
});
