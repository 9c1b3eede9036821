/** What a test puts into IAM: trusted profiles, and the clusters and instances that can assume them. */
import { randomUUID } from 'node:crypto';
import type { Role } from '../accounts.ts';
import type { Instance } from '../metadata/instance.ts';
import type { World } from '../world.ts';
import type { Cluster } from './clusters.ts';
import type { ClaimRule, TrustedProfile } from './trusted-profiles.ts';

export interface TrustedProfileSeed {
  readonly name: string;
  /** By name; the account `default` when absent. */
  readonly account?: string;
  readonly role?: Role;
  readonly rules?: readonly ClaimRule[];
  /** Ids of instances that may assume it. */
  readonly instances?: readonly string[];
}

export class IamSeed {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on IAM believes the tokens of this cluster's ServiceAccounts. */
  cluster(cluster: Cluster): void {
    this.#world.iam.clusters.add(cluster);
  }

  trustedProfile({ account = 'default', ...seed }: TrustedProfileSeed): TrustedProfile {
    const { accounts, iam } = this.#world;
    const profile = iam.profiles.add(accounts.named(account), randomUUID(), seed);
    accounts.addIdentity(profile.identity);
    return profile;
  }

  /** Puts the clients of the metadata service on this instance. */
  instance(seed: Omit<Instance, 'identityTokens'>): void {
    this.#world.metadata.instance = { ...seed, identityTokens: new Map() };
  }
}
