/**
 * Where an instance of a key-management service answers (hpcs-network-policy §1.1, §2). Never an object's word, but the
 * configuration's, Resource Controller's, the broker's or the rule by which IBM names hosts; and every host is checked.
 */
import type { Clock } from '../lib/clock.ts';
import { CloudError } from './errors.ts';
import type { Endpoints, InstanceEndpoints } from './endpoints.ts';
import { type AccountEdge, type CallContext, CloudHttp, type HttpCall } from './http.ts';
import type { ServiceInstance } from './resource-controller.ts';

/** What tells where an instance answers. */
export type Located = Pick<ServiceInstance, 'guid' | 'service' | 'region' | 'endpoints'>;

/** An instance that cannot be read now. */
export interface Unread {
  readonly guid: string;
  readonly region: string;
  /** As far as it is known. */
  readonly service: string | undefined;
}

/** What a broker said; `undefined`: nothing. */
interface Told {
  readonly endpoints: InstanceEndpoints | undefined;
  readonly atMs: number;
}

/** IBM moves older instances to names of their own (§1.1). */
const toldForMs = 3_600_000;
/** Who could not be reached, or knows nothing, is not asked in every pass. */
const untoldForMs = 300_000;
/** It has no private form, and must not hold up what has. */
const brokerTimeoutMs = 5_000;

export class KeyEndpointsClient {
  readonly #broker: AccountEdge;
  readonly #endpoints: Endpoints;
  readonly #clock: Clock;
  readonly #told = new Map<string, Told>();
  readonly #last = new Map<string, InstanceEndpoints>();

  constructor(edge: AccountEdge, endpoints: Endpoints, clock: Clock) {
    this.#broker = { ...edge, timeoutMs: Math.min(edge.timeoutMs, brokerTimeoutMs) };
    this.#endpoints = endpoints;
    this.#clock = clock;
  }

  /**
   * The configuration's word first, then Resource Controller's. Where neither says it, the broker of Hyper Protect
   * Crypto Services is asked before the rule is followed, since it knows the older form, with a port, that no rule
   * gives; it can be reached from the public network only (§2.2). Where it does not answer, what was known before holds,
   * or else the rule. Throws a CloudError `invalid` for a host that may not be called.
   */
  async endpointsOf(instance: Located, context: CallContext): Promise<InstanceEndpoints> {
    const { guid } = instance;
    const configured = this.#endpoints.ofInstance(guid);
    if (configured !== undefined) {
      return configured;
    }
    const said = instance.endpoints ?? (await this.#askBroker(instance, context));
    const last = this.#last.get(guid);
    if (said === undefined && last !== undefined) {
      return last;
    }
    const { public: outer, private: inner } = said ?? byRule(instance);
    const endpoints = { public: this.#checked(outer), private: this.#checked(inner) };
    if (said !== undefined) {
      this.#last.set(guid, endpoints);
    }
    return endpoints;
  }

  /** Without asking anybody; `undefined` where that would be a guess. Key Protect's endpoints are the region's. */
  knownOf({ guid, region, service }: Unread): InstanceEndpoints | undefined {
    const known = this.#endpoints.ofInstance(guid) ?? this.#last.get(guid);
    if (known !== undefined || service !== 'kms') {
      return known;
    }
    const { public: outer, private: inner } = byRule({ guid, region, service });
    return { public: this.#checked(outer), private: this.#checked(inner) };
  }

  async #askBroker(
    { guid, service, region }: Located,
    context: CallContext,
  ): Promise<InstanceEndpoints | undefined> {
    if (service !== 'hs-crypto') {
      return undefined;
    }
    const told = this.#told.get(guid);
    const validMs = told?.endpoints === undefined ? untoldForMs : toldForMs;
    if (told !== undefined && this.#clock.now() - told.atMs < validMs) {
      return told.endpoints;
    }
    let endpoints: InstanceEndpoints | undefined;
    for (const url of this.#endpoints.brokers(region)) {
      endpoints ??= await this.#ask(url, guid, context);
    }
    this.#told.set(guid, { endpoints, atMs: this.#clock.now() });
    return endpoints;
  }

  /** `undefined`: it does not answer, or does not know the instance. */
  async #ask(url: string, guid: string, context: CallContext): Promise<InstanceEndpoints | undefined> {
    const http = new CloudHttp(this.#broker, 'hpcs-broker', url, {});
    const path = `/crypto_v2/instances/${guid}`;
    const call: HttpCall = { operation: 'get_crypto_instance', method: 'GET', path, denial: 'answer' };
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
function byRule({ guid, service, region }: Omit<Located, 'endpoints'>): InstanceEndpoints {
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
