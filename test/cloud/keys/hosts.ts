/**
 * Names of the key-management services (hpcs-network-policy §1.1, §2.2) and which application answers behind each. The
 * private ones are the public ones with a label `private`.
 */
import { allowedIPEndpoint } from './allowed-ip.ts';
import type { KeyInstance, KeySide } from './model.ts';

/** Whose endpoints an instance has: the region's, its own, or a port of the region's. */
export type KeyEndpointForm = 'shared' | 'instance' | { readonly port: number };

export interface KeyHome {
  /** CRN field: `kms` or `hs-crypto`. */
  readonly service: string;
  readonly region: string;
  readonly guid: string;
}

/** `host` or `host:port`, as the broker says it. */
export function keyEndpoints(home: KeyHome, form: KeyEndpointForm): Readonly<Record<KeySide, string>> {
  return { public: endpointOf(home, form, ''), private: endpointOf(home, form, 'private.') };
}

function endpointOf({ service, region, guid }: KeyHome, form: KeyEndpointForm, label: string): string {
  if (form === 'shared') {
    return `${label}${region}.kms.cloud.ibm.com`;
  }
  return form === 'instance'
    ? `${guid}.api.${label}${region}.${service}.appdomain.cloud`
    : `api.${label}${region}.hs-crypto.cloud.ibm.com:${form.port}`;
}

/** Both orders of the broker's name: which one is live is UNCONFIRMED (U11). It has no private form. */
export function brokerHosts(region: string): string[] {
  return [`${region}.broker.hs-crypto.cloud.ibm.com`, `broker.${region}.hs-crypto.cloud.ibm.com`];
}

/** Names that a region has without any instance. */
export function regionalKeyHosts(region: string): string[] {
  return [
    `${region}.kms.cloud.ibm.com`,
    `private.${region}.kms.cloud.ibm.com`,
    `api.${region}.hs-crypto.cloud.ibm.com`,
    `api.private.${region}.hs-crypto.cloud.ibm.com`,
    `tke.${region}.hs-crypto.cloud.ibm.com`,
    `tke.private.${region}.hs-crypto.cloud.ibm.com`,
    ...brokerHosts(region),
  ];
}

const TKE = /^tke\.(?<side>private\.)?(?<region>[a-z]{2}-[a-z]+)\.hs-crypto\.cloud\.ibm\.com$/;
const BROKER = /^([a-z]{2}-[a-z]+\.broker|broker\.[a-z]{2}-[a-z]+)\.hs-crypto\.cloud\.ibm\.com$/;
const REGION = '(?<region>[a-z]{2}-[a-z]+)';
const KEYS = [
  String.raw`(?<side>private\.)?${REGION}\.kms\.cloud\.ibm\.com`,
  String.raw`api\.(?<side>private\.)?${REGION}\.hs-crypto\.cloud\.ibm\.com`,
  String.raw`[\da-f-]{36}\.api\.(?<side>private\.)?${REGION}\.(hs-crypto|kms)\.appdomain\.cloud`,
].map((pattern) => new RegExp(`^${pattern}$`));

/** The application behind a name, as `apps.ts` calls it; undefined for a name of another service. */
export function keyAppAt(host: string): string | undefined {
  if (BROKER.test(host)) {
    return 'hpcs-broker';
  }
  for (const pattern of [TKE, ...KEYS]) {
    const { region, side } = pattern.exec(host)?.groups ?? {};
    if (region !== undefined) {
      const name = pattern === TKE ? tkeAppName : keyAppName;
      return name(region, side === undefined ? 'public' : 'private');
    }
  }
  return undefined;
}

export function keyAppName(region: string, side: KeySide): string {
  return `keys/${region}/${side}`;
}

export function tkeAppName(region: string, side: KeySide): string {
  return `tke/${region}/${side}`;
}

/**
 * Whether an instance answers to the `Host` of a request: to a name of these services only when it is its own. What
 * IBM answers at another instance's name is UNCONFIRMED.
 */
export function answersAs(keys: KeyInstance, host: string): boolean {
  const isName = keyAppAt(host.split(':')[0] ?? '') !== undefined;
  return !isName || [...Object.values(keys.endpoints), allowedIPEndpoint(keys)].includes(host);
}

/** What of a service instance says where it answers. */
interface Reached {
  readonly service: string;
  readonly keys?: KeyInstance;
}

/** `host` or `host:port`, of the key-management API on each of its ports, and of EP11. */
function allEndpointsOf(instance: Reached): readonly string[] {
  const { keys } = instance;
  const special = keys && { private: allowedIPEndpoint(keys) };
  return [keys?.endpoints, special, ep11EndpointsOf(instance)].flatMap((sides) => Object.values(sides ?? {}));
}

/** The names in its endpoints. */
export function keyHostsOf(instance: Reached): string[] {
  return allEndpointsOf(instance).map((endpoint) => endpoint.replace(/:\d+$/, ''));
}

/** Whether some instance has its endpoint on this port of a host. */
export function isKeyPort(instances: Iterable<Reached>, host: string, port: number): boolean {
  return [...instances].some((instance) => allEndpointsOf(instance).includes(`${host}:${port}`));
}

/** The EP11 endpoints of an HPCS instance, beside those of its key-management API. */
export function ep11EndpointsOf({ service, keys }: Reached): Readonly<Record<KeySide, string>> | undefined {
  return service === 'hs-crypto' && keys !== undefined
    ? { public: atEp11(keys.endpoints.public), private: atEp11(keys.endpoints.private) }
    : undefined;
}

function atEp11(endpoint: string): string {
  return endpoint.replace(/(^|\.)api\./, '$1ep11.');
}

export function isEp11Host(host: string): boolean {
  return /(^|\.)ep11\.(.*\.)?hs-crypto\.(appdomain\.cloud|cloud\.ibm\.com)$/.test(host);
}

/** What the Resource Controller shows as `extensions.endpoints` (§2.3). */
export function endpointUrls(instance: Reached): Readonly<Record<string, string>> {
  const named = { ...instance.keys?.endpoints, ...grep11Names(ep11EndpointsOf(instance)) };
  return Object.fromEntries(Object.entries(named).map(([name, endpoint]) => [name, `https://${endpoint}`]));
}

function grep11Names(ep11: Readonly<Record<KeySide, string>> | undefined): object {
  return ep11 === undefined ? {} : { publicGrep11: ep11.public, privateGrep11: ep11.private };
}
