/**
 * Authorizations between services, as IAM keeps them: who (`subject`) may use what (`resource`) in which roles
 * (vpc-endpoint-gateways §10.2). A deleted one stays readable and can be put back, and authorizes nobody.
 */
import { randomUUID } from 'node:crypto';
import type { Identity } from '../accounts.ts';
import { ApiError } from '../errors.ts';

/** Values by names such as `accountId` and `serviceName`. */
export type Attributes = Readonly<Record<string, string>>;

export interface PolicyContent {
  readonly description?: string | undefined;
  readonly subject: Attributes;
  readonly resource: Attributes;
  /** CRNs. */
  readonly roles: readonly string[];
}

export interface Policy extends PolicyContent {
  readonly id: string;
  readonly state: 'active' | 'deleted';
  readonly etag: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly modifiedAtMs: number;
  readonly modifiedBy: string;
}

export interface By {
  readonly identity: Identity;
  readonly atMs: number;
}

export class Policies {
  readonly #byId = new Map<string, Policy>();

  /** Those in force. */
  values(): readonly Policy[] {
    return this.all().filter(({ state }) => state === 'active');
  }

  all(): readonly Policy[] {
    return [...this.#byId.values()];
  }

  /** Throws `policy_not_found` for one of another account as well. */
  get(id: string, { account }: Identity): Policy {
    const policy = this.#byId.get(id);
    if (policy === undefined || ownerOf(policy) !== account.id) {
      const message = `Policy with id ${id} not found.`;
      throw new ApiError({ status: 404, code: 'policy_not_found', message });
    }
    return policy;
  }

  create(content: PolicyContent, { identity, atMs }: By): Policy {
    this.#check(content, identity, undefined);
    const born = { createdAtMs: atMs, createdBy: identity.iamId };
    return this.#store({ ...content, ...born, id: randomUUID() }, { identity, atMs });
  }

  /** Throws `policy_conflict_error` when it has changed since `etag`. */
  change(policy: Policy, changes: PolicyContent | Pick<Policy, 'state'>, by: By & { etag: string }): Policy {
    if (by.etag !== policy.etag) {
      throw conflict(`The policy has changed since ${by.etag}: it is at ${policy.etag}.`);
    }
    const changed = { ...policy, ...changes };
    this.#check(changed, by.identity, policy.id);
    return this.#store(changed, by);
  }

  delete(policy: Policy, by: By): void {
    this.#store({ ...policy, state: 'deleted' }, by);
  }

  #store(
    policy: Omit<Policy, 'etag' | 'state' | 'modifiedAtMs' | 'modifiedBy'> & { state?: Policy['state'] },
    { identity, atMs }: By,
  ): Policy {
    const revision = Number.parseInt(this.#byId.get(policy.id)?.etag ?? '0', 10) + 1;
    const stored: Policy = {
      state: 'active',
      ...policy,
      etag: `${revision}-${randomUUID().replaceAll('-', '')}`,
      modifiedAtMs: atMs,
      modifiedBy: identity.iamId,
    };
    this.#byId.set(stored.id, stored);
    return stored;
  }

  /** The owner of the resource grants access to it, and grants the same only once. */
  #check(content: PolicyContent, identity: Identity, ownId: string | undefined): void {
    if (ownerOf(content) !== identity.account.id || identity.role !== 'editor') {
      const message = 'You are not authorized to grant access to this resource.';
      throw new ApiError({ status: 403, code: 'insufficent_permissions', message });
    }
    const same = this.values().find((policy) => policy.id !== ownId && grants(policy, content));
    if (same !== undefined) {
      throw conflict(`The policy was not stored: ${same.id} grants the same access.`);
    }
  }
}

function ownerOf({ resource }: PolicyContent): string | undefined {
  return resource['accountId'];
}

function grants(policy: Policy, { subject, resource, roles }: PolicyContent): boolean {
  return (
    isSame(policy.subject, subject) &&
    isSame(policy.resource, resource) &&
    roles.every((role) => policy.roles.includes(role))
  );
}

function isSame(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function conflict(message: string): ApiError {
  return new ApiError({ status: 409, code: 'policy_conflict_error', message });
}
