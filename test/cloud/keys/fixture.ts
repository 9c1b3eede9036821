/** A cloud with one HPCS and one Key Protect instance, and somebody who calls it on either side. */
import { connect, type Reply } from '../client.ts';
import type { Cloud } from '../cloud.ts';
import { startFixture } from '../fixture.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import type { KeySide } from './model.ts';

export interface Ask {
  readonly side?: KeySide;
  /** The HPCS instance when absent. */
  readonly guid?: string;
  /** What is behind `policies`. */
  readonly query?: string;
  /** As it is sent; an object is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly region?: string;
}

export interface KeysFixture {
  readonly cloud: Cloud;
  readonly apiKey: string;
  readonly token: string;
  readonly hpcs: ServiceInstance;
  readonly keyProtect: ServiceInstance;
  readonly get: (ask?: Ask) => Promise<Reply>;
  readonly put: (body: unknown, ask?: Ask) => Promise<Reply>;
}

export const NETWORK = '?policy=allowedNetwork';

export async function startKeysFixture(regions: readonly string[] = ['us-south']): Promise<KeysFixture> {
  const { cloud } = await startFixture({ regions });
  const { seed } = cloud.control;
  const apiKey = seed.apiKey('default');
  const { token } = await connect(cloud, { apiKey });
  const hpcs = seed.hpcsInstance({ name: 'hsm' });
  const keyProtect = seed.keyProtectInstance({ name: 'keys' });
  const send = async (method: string, ask: Ask): Promise<Reply> => {
    const { side = 'private', guid = hpcs.guid, query = NETWORK, body, headers, region = 'us-south' } = ask;
    const url = `${cloud.plainEndpoints.keys(region, side)}/api/v2/instance/policies${query}`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'bluemix-instance': guid, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  return {
    cloud,
    apiKey,
    token,
    hpcs,
    keyProtect,
    get: async (ask = {}) => send('GET', ask),
    put: async (body, ask = {}) => send('PUT', { ...ask, body }),
  };
}

/** A body that sets these policies. */
export function policyBody(...resources: readonly object[]): object {
  const collectionType = 'application/vnd.ibm.kms.policy+json';
  return { metadata: { collectionType, collectionTotal: resources.length }, resources };
}

export function policy(type: string, enabled: boolean, attributes?: object): object {
  return { policy_type: type, policy_data: { enabled, ...(attributes && { attributes }) } };
}

export function allowedNetwork(network: string, enabled = true): object {
  return policyBody(policy('allowedNetwork', enabled, { allowed_network: network }));
}

/** Status of an answer, and the code in its reasons. */
export function keyRefusal({ status, body }: Reply): { status: number; code: string | undefined } {
  return { status, code: body?.resources?.[0]?.reasons?.[0]?.code };
}
