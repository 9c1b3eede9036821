/**
 * Accounts, their API keys and resource groups. A key stands for one identity with one platform role on the VPC
 * service (vpc-endpoint-gateways §10.3).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { seededHex } from './vpc/ids.ts';

export type Role = 'viewer' | 'operator' | 'editor';

/** Service roles on key-management instances (hpcs-network-policy §1.11). */
export type KeyRole = 'Manager' | 'Writer' | 'ReaderPlus' | 'Reader' | 'none';

export interface ResourceGroup {
  readonly id: string;
  readonly name: string;
}

export interface Account {
  readonly id: string;
  /** Name by which seeds and tests speak of it; IBM's APIs never show it. */
  readonly name: string;
  readonly defaultResourceGroup: ResourceGroup;
  readonly resourceGroups: Map<string, ResourceGroup>;
}

export interface Identity {
  readonly account: Account;
  readonly iamId: string;
  readonly role: Role;
  /** What it may do with keys; what fits its platform role when absent. */
  keyRole?: KeyRole;
}

export function keyRoleOf({ role, keyRole }: Identity): KeyRole {
  return keyRole ?? (role === 'editor' ? 'Manager' : 'Reader');
}

export class Accounts {
  readonly #byName = new Map<string, Account>();
  readonly #byApiKey = new Map<string, Identity>();
  readonly #byIamId = new Map<string, Identity>();

  add(name: string): Account {
    const id = seededHex(`account/${name}`);
    const defaultResourceGroup = { id: seededHex(`resource-group/${id}`), name: 'Default' };
    const resourceGroups = new Map([[defaultResourceGroup.id, defaultResourceGroup]]);
    const account = { id, name, defaultResourceGroup, resourceGroups };
    this.#byName.set(name, account);
    return account;
  }

  /** Makes `apiKey` (random when absent) valid for the account and returns it. */
  addApiKey(account: Account, role: Role = 'editor', apiKey = randomBytes(33).toString('base64url')): string {
    const identity = { account, role, iamId: `iam-ServiceId-${randomUUID()}` };
    this.#byApiKey.set(apiKey, identity);
    this.addIdentity(identity);
    return apiKey;
  }

  /** From now on tokens of this identity are accepted. */
  addIdentity(identity: Identity): void {
    this.#byIamId.set(identity.iamId, identity);
  }

  /** From now on the key is refused, and so is every token that was made from it. */
  revokeApiKey(apiKey: string): void {
    const identity = this.#byApiKey.get(apiKey);
    this.#byApiKey.delete(apiKey);
    if (identity !== undefined) {
      this.#byIamId.delete(identity.iamId);
    }
  }

  /** Grants an identity another service role, which its tokens have at once. */
  setKeyRole(apiKey: string, keyRole: KeyRole): void {
    const identity = this.#byApiKey.get(apiKey);
    if (identity === undefined) {
      throw new Error('the simulated cloud has no such API key');
    }
    identity.keyRole = keyRole;
  }

  named(name: string): Account {
    const account = this.#byName.get(name);
    if (account === undefined) {
      throw new Error(`the simulated cloud has no account named ${name}`);
    }
    return account;
  }

  ofId(id: string): Account | undefined {
    return [...this.#byName.values()].find((account) => account.id === id);
  }

  ofApiKey(apiKey: string): Identity | undefined {
    return this.#byApiKey.get(apiKey);
  }

  ofIamId(iamId: string): Identity | undefined {
    return this.#byIamId.get(iamId);
  }
}
