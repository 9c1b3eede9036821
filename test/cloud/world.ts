/** What the services of one simulated cloud share. */
import type { Account, Accounts } from './accounts.ts';
import type { SettableClock } from './clock.ts';
import type { FaultPlan } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { Settings } from './settings.ts';
import type { StateLog } from './state-log.ts';
import type { ServiceInstance } from './resources/instances.ts';
import type { Tags } from './tagging/tags.ts';
import type { Clusters } from './iam/clusters.ts';
import type { Policies } from './iam/policies.ts';
import type { Tokens } from './iam/tokens.ts';
import type { TrustedProfiles } from './iam/trusted-profiles.ts';
import type { MetadataHost } from './metadata/instance.ts';
import type { NetworkControl } from './network/network-control.ts';
import { emptyArea, type AccountRegion } from './vpc/model.ts';

export interface World {
  readonly clock: SettableClock;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly iam: { readonly clusters: Clusters; readonly profiles: TrustedProfiles };
  /** Between services. */
  readonly authorizations: Policies;
  readonly metadata: MetadataHost;
  readonly network: NetworkControl;
  readonly tags: Tags;
  /** Tags in lower case that cannot be attached or detached, and the words with which they are refused. */
  readonly refusedTags: Map<string, string>;
  /** Of every account, by CRN. */
  readonly instances: Map<string, ServiceInstance>;
  readonly faults: FaultPlan;
  readonly requestLog: RequestLog;
  readonly stateLog: StateLog;
  /** When each target CRN was first named by a create (`registrationLagMs`). */
  readonly targetsSeenAtMs: Map<string, number>;
  readonly areas: Map<string, AccountRegion>;
  /** Aborts when the cloud stops, and with it every delayed answer. */
  readonly stopped: AbortSignal;
}

export function areaOf(world: World, account: Account, region: string): AccountRegion {
  const key = `${account.id}/${region}`;
  const known = world.areas.get(key);
  if (known !== undefined) {
    return known;
  }
  const area = emptyArea(account, region);
  world.areas.set(key, area);
  return area;
}
