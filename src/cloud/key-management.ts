/**
 * The network access policy of an instance of Hyper Protect Crypto Services or Key Protect (hpcs-network-policy §1):
 * one REST resource, asked for at the instance's private or public endpoint. Nothing but `?policy=allowedNetwork` is
 * ever sent, so that no other policy of the instance can be touched (§1.7).
 */
import { CloudError } from './errors.ts';
import { type AccountEdge, type CallContext, CloudHttp, type HttpCall } from './http.ts';
import type { AllowedNetwork, NetworkPolicy, NetworkSetting } from './key-types.ts';
import { openWay, type WayDeps } from './private-way.ts';

/** Where to call, and how. */
export type KeySide =
  | { readonly side: 'public'; readonly url: string }
  | {
      readonly side: 'private';
      readonly url: string;
      /** Whether an address belongs to the private endpoint. */
      readonly isPrivate: (address: string) => boolean;
      /** Which of several addresses is taken. */
      readonly turn: number;
    };

const path = '/api/v2/instance/policies';
const query = { policy: 'allowedNetwork' } as const;
const collectionType = 'application/vnd.ibm.kms.policy+json';

export class KeyManagementClient {
  readonly #edge: AccountEdge;
  readonly #way: WayDeps;

  constructor(edge: AccountEdge, way: WayDeps) {
    this.#edge = edge;
    this.#way = way;
  }

  /** `undefined` when it was never set. Throws CloudError; NoWayError where no private way leads to the endpoint. */
  async getPolicy(at: KeySide, guid: string, context: CallContext): Promise<NetworkPolicy | undefined> {
    const operation = 'get_instance_policy';
    const answer = await this.#send(at, guid, { operation, method: 'GET', path, query }, context);
    return policyIn(answer, operation);
  }

  /** Replaces the policy (204 without a body); repeating it does no harm. Throws as `getPolicy` does. */
  async putPolicy(
    at: KeySide,
    guid: string,
    { enabled, allowedNetwork }: NetworkSetting,
    context: CallContext,
  ): Promise<void> {
    const body = {
      metadata: { collectionType, collectionTotal: 1 },
      // The attribute always goes with it: without it the service may refuse to disable the policy (U6).
      resources: [
        {
          policy_type: 'allowedNetwork',
          policy_data: { enabled, attributes: { allowed_network: allowedNetwork } },
        },
      ],
    };
    const operation = 'put_instance_policy';
    await this.#send(at, guid, { operation, method: 'PUT', path, query, body }, context);
  }

  /**
   * A public call tells whether the public side is closed: then 401 is its answer whatever the token, and renewing the
   * account's token would help nobody. A write is sent once for one intent; the read before the next one renews.
   */
  async #send(at: KeySide, guid: string, call: HttpCall, context: CallContext): Promise<unknown> {
    const http = new CloudHttp(
      this.#edge,
      `keys-${at.side}`,
      at.url,
      {},
      {
        idHeader: 'Correlation-Id',
        ...(at.side === 'private' && {
          open: async ({ operation }, signal) => openWay({ operation, ...at }, this.#way, signal),
        }),
      },
    );
    const denial = at.side === 'public' ? 'answer' : call.method === 'PUT' ? 'renew' : undefined;
    const headers = { 'Bluemix-Instance': guid };
    return http.send<unknown>({ ...call, headers, ...(denial !== undefined && { denial }) }, context);
  }
}

/** `resources` may be missing when no policy was ever set (U15). */
function policyIn(answer: unknown, operation: string): NetworkPolicy | undefined {
  const { metadata, resources = [] } = (answer ?? {}) as {
    readonly metadata?: unknown;
    readonly resources?: unknown;
  };
  if (typeof metadata !== 'object' || !Array.isArray(resources)) {
    throw malformed('the answer is no collection of policies', operation);
  }
  const policy: unknown = resources.find((one) => property(one, 'policy_type') === 'allowedNetwork');
  if (policy === undefined) {
    return undefined;
  }
  const data = property(policy, 'policy_data');
  const enabled = property(data, 'enabled');
  const allowedNetwork = property(property(data, 'attributes'), 'allowed_network');
  // What cannot be read must not pass for a policy that is open.
  if (typeof enabled !== 'boolean' || (enabled && !isAllowedNetwork(allowedNetwork))) {
    throw malformed('the answer holds no policy that can be read', operation);
  }
  return {
    enabled,
    ...textAs('allowedNetwork', allowedNetwork),
    ...textAs('createdBy', property(policy, 'createdBy')),
    ...textAs('creationDate', property(policy, 'creationDate')),
    ...textAs('updatedBy', property(policy, 'updatedBy')),
    ...textAs('lastUpdated', property(policy, 'lastUpdated')),
  };
}

function isAllowedNetwork(value: unknown): value is AllowedNetwork {
  return value === 'public-and-private' || value === 'private-only';
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textAs<Name extends string>(name: Name, value: unknown): { readonly [name in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as Record<Name, string>) : {};
}

function malformed(why: string, operation: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation });
}
