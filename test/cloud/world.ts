/** What the services of one simulated cloud share. */
import type { Account, Accounts } from './accounts.ts';
import type { SettableClock } from './clock.ts';
import type { FaultPlan } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { Settings } from './settings.ts';
import type { StateLog } from './state-log.ts';
import type { Tags } from './tagging/tags.ts';
import type { Tokens } from './iam/tokens.ts';
import type { AccountRegion } from './vpc/model.ts';

export interface World {
  readonly clock: SettableClock;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly tags: Tags;
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
  const area: AccountRegion = {
    account,
    region,
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    gateways: new Map(),
  };
  world.areas.set(key, area);
  return area;
}
