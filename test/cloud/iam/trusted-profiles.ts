/**
 * Trusted profiles, and who may assume them: ServiceAccounts that match a claim rule, and virtual server instances
 * that are linked (private-cli §4).
 */
import type { Account, Identity, Role } from '../accounts.ts';
import type { ComputeResource } from './clusters.ts';

export interface Condition {
  readonly claim: keyof ComputeResource;
  readonly operator: keyof typeof operators;
  /** JSON text, as in the API. */
  readonly value: string;
}

/** Matches when all of its conditions do. */
export type ClaimRule = readonly Condition[];

export interface TrustedProfile {
  readonly id: string;
  readonly crn: string;
  readonly name: string;
  readonly identity: Identity;
  readonly rules: readonly ClaimRule[];
  /** Ids of linked instances. */
  readonly instances: ReadonlySet<string>;
}

/** By exactly one of its names. */
export interface ProfileChoice {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly crn?: string | undefined;
}

const sameCase = (value: unknown): string => String(value).toLowerCase();

const operators = {
  EQUALS: (claim: string, value: unknown) => claim === value,
  NOT_EQUALS: (claim: string, value: unknown) => claim !== value,
  EQUALS_IGNORE_CASE: (claim: string, value: unknown) => sameCase(claim) === sameCase(value),
  NOT_EQUALS_IGNORE_CASE: (claim: string, value: unknown) => sameCase(claim) !== sameCase(value),
  CONTAINS: (claim: string, value: unknown) => claim.includes(String(value)),
  IN: (claim: string, value: unknown) => Array.isArray(value) && value.includes(claim),
} as const;

export class TrustedProfiles {
  readonly #profiles: TrustedProfile[] = [];

  add(
    account: Account,
    uuid: string,
    {
      name,
      role = 'editor',
      rules = [],
      instances = [],
    }: {
      readonly name: string;
      readonly role?: Role;
      readonly rules?: readonly ClaimRule[];
      readonly instances?: readonly string[];
    },
  ): TrustedProfile {
    const id = `Profile-${uuid}`;
    const profile = {
      id,
      crn: `crn:v1:bluemix:public:iam-identity::a/${account.id}::profile:${id}`,
      name,
      identity: { account, role, iamId: `iam-${id}` },
      rules,
      instances: new Set(instances),
    };
    this.#profiles.push(profile);
    return profile;
  }

  /** A name is unique in an account only: of several, the caller's is the one that trusts it. */
  assumable(choice: ProfileChoice, trusts: (profile: TrustedProfile) => boolean): TrustedProfile | undefined {
    return this.#profiles.find(
      (profile) =>
        (profile.id === choice.id || profile.crn === choice.crn || profile.name === choice.name) &&
        trusts(profile),
    );
  }
}

export function trustsResource({ rules }: TrustedProfile, resource: ComputeResource): boolean {
  return rules.some((rule) =>
    rule.every(({ claim, operator, value }) => operators[operator](resource[claim], JSON.parse(value))),
  );
}
