/**
 * Where an instance of a key-management service answers (hpcs-network-policy §1.1, §2). Never an object's word, but the
 * configuration's, Resource Controller's, the broker's or the rule by which IBM names hosts; and every host is checked.
 */
import type { Clock } from '../lib/clock.ts';
import { CloudError } from './errors.ts';
import type { Endpoints, InstanceEndpoints } from './endpoints.ts';
import { type AccountEdge, type CallContext, CloudHttp } from './http.ts';
import type { ServiceInstance } from './resource-controller.ts';

/** What tells where an instance answers. */
export type Located = Pick<ServiceInstance, 'guid' | 'service' | 'region' | 'endpoints'>;

interface Known {
  readonly endpoints: InstanceEndpoints;
  readonly atMs: number;
}

/** IBM moves older instances to names of their own (§1.1). */
const knownForMs = 3_600_000;

export class KeyEndpointsClient {
  readonly #edge: AccountEdge;
  readonly #endpoints: Endpoints;
  readonly #clock: Clock;
  readonly #told = new Map<string, Known>();

  constructor(edge: AccountEdge, endpoints: Endpoints, clock: Clock) {
    this.#edge = edge;
    this.#endpoints = endpoints;
    this.#clock = clock;
  }

  /**
   * The configuration's word first, then Resource Controller's. Where neither says it, the broker of Hyper Protect
   * Crypto Services is asked before the rule is followed, since it knows the older form, with a port, that no rule
   * gives; it can be reached from the public network only (§2.2), so where it does not answer, the rule holds. Throws
   * a CloudError `invalid` for a host that may not be called.
   */
  async endpointsOf(instance: Located, context: CallContext): Promise<InstanceEndpoints> {
    const configured = this.#endpoints.ofInstance(instance.guid);
    if (configured !== undefined) {
      return configured;
    }
    const said = instance.endpoints ?? (await this.#askBroker(instance, context)) ?? byRule(instance);
    return { public: this.#checked(said.public), private: this.#checked(said.private) };
  }

  async #askBroker(
    { guid, service, region }: Located,
    context: CallContext,
  ): Promise<InstanceEndpoints | undefined> {
    if (service !== 'hs-crypto') {
      return undefined;
    }
    const known = this.#told.get(guid);
    if (known !== undefined && this.#clock.now() - known.atMs < knownForMs) {
      return known.endpoints;
    }
    for (const url of this.#endpoints.brokers(region)) {
      const endpoints = await this.#ask(url, guid, context);
      if (endpoints !== undefined) {
        this.#told.set(guid, { endpoints, atMs: this.#clock.now() });
        return endpoints;
      }
    }
    return undefined;
  }

  /** `undefined`: it does not answer, or does not know the instance. */
  async #ask(url: string, guid: string, context: CallContext): Promise<InstanceEndpoints | undefined> {
    const http = new CloudHttp(this.#edge, 'hpcs-broker', url, {});
    const call = {
      operation: 'get_crypto_instance',
      method: 'GET',
      path: `/crypto_v2/instances/${guid}`,
    } as const;
    try {
      const { kms } = await http.send<{ readonly kms?: Partial<InstanceEndpoints> }>(call, context);
      return typeof kms?.public === 'string' && typeof kms.private === 'string'
        ? { public: kms.public, private: kms.private }
        : undefined;
    } catch (error) {
      if (error instanceof CloudError) {
        return undefined;
      }
      throw error;
    }
  }

  /** With or without a scheme (§2.2). */
  #checked(endpoint: string): string {
    const url = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
    try {
      return this.#endpoints.keyURL(url);
    } catch (error) {
      const fields = { reason: 'invalid', operation: 'get_resource_instance' } as const;
      throw new CloudError((error as Error).message, fields);
    }
  }
}

/** Instance-based for Hyper Protect Crypto Services, regional for Key Protect (§1.1). */
function byRule({ guid, service, region }: Located): InstanceEndpoints {
  return service === 'hs-crypto'
    ? {
        public: `${guid}.api.${region}.hs-crypto.appdomain.cloud`,
        private: `${guid}.api.private.${region}.hs-crypto.appdomain.cloud`,
      }
    : { public: `${region}.kms.cloud.ibm.com`, private: `private.${region}.kms.cloud.ibm.com` };
}

/** Key Protect Dedicated has endpoints of its own, and no network policy (§0.2, §7). */
export function isDedicated({ service }: Pick<Located, 'service'>, endpoints: InstanceEndpoints): boolean {
  return service === 'kms' && new URL(endpoints.private).hostname.endsWith('.kms.appdomain.cloud');
}
