/**
 * Names of the key-management services (hpcs-network-policy §1.1, §2.2) and which application answers behind each. The
 * private ones are the public ones with a label `private`.
 */
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
    ...brokerHosts(region),
  ];
}

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
  for (const pattern of KEYS) {
    const { region, side } = pattern.exec(host)?.groups ?? {};
    if (region !== undefined) {
      return keyAppName(region, side === undefined ? 'public' : 'private');
    }
  }
  return undefined;
}

export function keyAppName(region: string, side: KeySide): string {
  return `keys/${region}/${side}`;
}

/**
 * Whether an instance answers to the `Host` of a request: to a name of these services only when it is its own. What
 * IBM answers at another instance's name is UNCONFIRMED.
 */
export function answersAs({ endpoints }: KeyInstance, host: string): boolean {
  const isName = keyAppAt(host.split(':')[0] ?? '') !== undefined;
  return !isName || Object.values(endpoints).includes(host);
}

/** The names in its endpoints. */
export function keyHostsOf({ endpoints }: KeyInstance): string[] {
  return Object.values(endpoints).map((endpoint) => endpoint.replace(/:\d+$/, ''));
}

/** Whether some instance has its endpoint on this port of a host. */
export function isKeyPort(
  instances: Iterable<{ readonly keys?: KeyInstance }>,
  host: string,
  port: number,
): boolean {
  return [...instances].some(
    ({ keys }) => keys !== undefined && Object.values(keys.endpoints).includes(`${host}:${port}`),
  );
}

/** The EP11 endpoint beside one of the key-management API. */
export function ep11Host(endpoint: string): string {
  return endpoint.replace(/(^|\.)api\./, '$1ep11.');
}

/** What the Resource Controller shows as `extensions.endpoints` (§2.3). */
export function endpointUrls({ endpoints }: KeyInstance, service: string): Readonly<Record<string, string>> {
  const { public: open, private: inner } = endpoints;
  const urls = { public: `https://${open}`, private: `https://${inner}` };
  return service === 'hs-crypto'
    ? { ...urls, publicGrep11: `https://${ep11Host(open)}`, privateGrep11: `https://${ep11Host(inner)}` }
    : urls;
}
