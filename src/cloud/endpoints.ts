/**
 * Where IBM's services are. Hosts come from the operator's configuration only, never from an object, and are checked
 * against IBM's own domains, so that a bearer token cannot be directed elsewhere.
 */

/**
 * Overrides, under the names of the variables that IBM's Terraform provider reads (vpc-endpoint-gateways §6.3), and its
 * CLI for the metadata service (private-cli §3b).
 */
export const endpointVariables = [
  'IBMCLOUD_CR_VPC_URL',
  'IBMCLOUD_IS_NG_API_ENDPOINT',
  'IBMCLOUD_IAM_API_ENDPOINT',
  'IBMCLOUD_GT_API_ENDPOINT',
  'IBMCLOUD_GS_API_ENDPOINT',
  'IBMCLOUD_CATALOG_MANAGEMENT_API_ENDPOINT',
  'IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT',
  'IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT',
  'IBMCLOUD_HPCS_API_ENDPOINT',
] as const;

export type EndpointVariable = (typeof endpointVariables)[number];

export interface EndpointOptions {
  readonly overrides: Readonly<Partial<Record<EndpointVariable, string>>>;
  /** Hosts outside IBM's domains that the operator's owner trusts with the account's tokens. */
  readonly allowedHosts: readonly string[];
  /** Instances of key-management services whose endpoints nobody shall be asked for. */
  readonly keyInstances?: readonly ({ readonly instance: string } & InstanceEndpoints)[];
}

/** URLs; `https://host`, or `https://host:port`. */
export interface InstanceEndpoints {
  readonly private: string;
  readonly public: string;
}

export interface Endpoints {
  /**
   * Base URL of the VPC API, with `/v1`; an override serves every region, as with IBM's own tools, with the region in
   * the place of `{region}`. Throws an Error for what is not a region's name, since it becomes part of a host, and when
   * that host is not one that may be called.
   */
  readonly vpc: (region: string) => string;
  /** Base URL of the metadata service of the instance that the operator runs on. */
  readonly metadata: (protocol: 'http' | 'https') => string;
  readonly iam: string;
  readonly tagging: string;
  readonly search: string;
  /** With its path, `/api/v1-beta`. */
  readonly catalog: string;
  readonly resourceController: string;
  readonly resourceManager: string;
  /** Of the region's broker of Hyper Protect Crypto Services, in the order in which they are tried. */
  readonly brokers: (region: string) => readonly string[];
  /** What the configuration says of an instance of a key-management service, by its GUID. */
  readonly ofInstance: (guid: string) => InstanceEndpoints | undefined;
  /** The URL of a key-management service as it may be called. Throws an Error for a host that may not be. */
  readonly keyURL: (url: string) => string;
  /** The hosts of all of these that every account calls, each with the variable that can change it. */
  readonly called: readonly CalledHost[];
}

export interface CalledHost {
  readonly variable: EndpointVariable;
  /** Where the region is part of a label, the label is `*`. */
  readonly host: string;
}

/** Domains under which IBM runs the APIs that the operator calls (vpc-endpoint-gateways §1.1, §1.9). */
const ibmDomains: readonly string[] = ['.cloud.ibm.com'];

/** Of instances of key-management services (hpcs-network-policy §1.1). */
const keyDomains: readonly string[] = [
  '.hs-crypto.cloud.ibm.com',
  '.hs-crypto.appdomain.cloud',
  '.kms.cloud.ibm.com',
  '.kms.appdomain.cloud',
];

/**
 * Link-local, so that nothing but the instance's own host can answer; its certificate has only the name (private-cli
 * §3d).
 */
const metadataURLs = {
  http: 'http://169.254.169.254',
  https: 'https://api.metadata.cloud.ibm.com',
} as const;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const regionName = /^[a-z]{2}-[a-z]+[0-9]?$/;

/** Throws an Error that names the setting when an override is not an acceptable URL. */
export function resolveEndpoints(options: EndpointOptions): Endpoints {
  const { overrides, allowedHosts, keyInstances = [] } = options;
  for (const [name, value] of Object.entries(overrides)) {
    checkEndpoint(name, inRegion(value, 'us-south'), { allowedHosts });
  }
  const keyURL = (url: string, name = 'the endpoint of the instance'): string => {
    checkEndpoint(name, url, { allowedHosts, domains: keyDomains });
    if (!url.startsWith('https://')) {
      throw new Error(`${name} must begin with https://: the way there is proven by TLS`);
    }
    return trimmed(url);
  };
  const instances = new Map(
    keyInstances.map(({ instance, ...urls }) => {
      const name = (side: string): string => `endpoints.keyInstances, ${side} of ${instance}`;
      const endpoints = {
        private: keyURL(urls.private, name('private')),
        public: keyURL(urls.public, name('public')),
      };
      return [instance, endpoints] as const;
    }),
  );
  const {
    IBMCLOUD_CR_VPC_URL: metadata,
    IBMCLOUD_IS_NG_API_ENDPOINT: vpc = 'https://{region}.iaas.cloud.ibm.com/v1',
    IBMCLOUD_IAM_API_ENDPOINT: iam = 'https://iam.cloud.ibm.com',
    IBMCLOUD_GT_API_ENDPOINT: tagging = 'https://tags.global-search-tagging.cloud.ibm.com',
    IBMCLOUD_GS_API_ENDPOINT: search = 'https://api.global-search-tagging.cloud.ibm.com',
    IBMCLOUD_CATALOG_MANAGEMENT_API_ENDPOINT: catalog = 'https://cm.globalcatalog.cloud.ibm.com/api/v1-beta',
    IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT:
      resourceController = 'https://resource-controller.cloud.ibm.com',
    IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT: resourceManager = 'https://resource-controller.cloud.ibm.com',
    IBMCLOUD_HPCS_API_ENDPOINT: broker,
  } = overrides;
  return {
    vpc: (region) => {
      const url = inRegion(vpc, checkedRegion(region));
      checkEndpoint('IBMCLOUD_IS_NG_API_ENDPOINT', url, { allowedHosts });
      return trimmed(url);
    },
    metadata: (protocol) => trimmed(metadata ?? metadataURLs[protocol]),
    iam: trimmed(iam),
    tagging: trimmed(tagging),
    search: trimmed(search),
    catalog: trimmed(catalog),
    resourceController: trimmed(resourceController),
    resourceManager: trimmed(resourceManager),
    // Which order of the labels is live is UNCONFIRMED (hpcs-network-policy, U11).
    brokers: (region) =>
      (broker === undefined
        ? [
            'https://{region}.broker.hs-crypto.cloud.ibm.com',
            'https://broker.{region}.hs-crypto.cloud.ibm.com',
          ]
        : [broker]
      ).map((url) => trimmed(inRegion(url, checkedRegion(region)))),
    ofInstance: (guid) => instances.get(guid),
    keyURL,
    called: [
      calledHost('IBMCLOUD_IS_NG_API_ENDPOINT', vpc),
      calledHost('IBMCLOUD_IAM_API_ENDPOINT', iam),
      calledHost('IBMCLOUD_GT_API_ENDPOINT', tagging),
      calledHost('IBMCLOUD_GS_API_ENDPOINT', search),
      calledHost('IBMCLOUD_CATALOG_MANAGEMENT_API_ENDPOINT', catalog),
      calledHost('IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT', resourceController),
      calledHost('IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT', resourceManager),
    ],
  };
}

/** No region has this name. */
const anyRegion = 'zz-any';

function calledHost(variable: EndpointVariable, url: string): CalledHost {
  const labels = new URL(inRegion(url, anyRegion)).hostname.split('.');
  return { variable, host: labels.map((label) => (label.includes(anyRegion) ? '*' : label)).join('.') };
}

function checkedRegion(region: string): string {
  if (!regionName.test(region)) {
    throw new Error(`not the name of a region: ${region}`);
  }
  return region;
}

function inRegion(url: string, region: string): string {
  return url.replaceAll('{region}', region);
}

/** The messages leave the value out, which may hold a password. */
function checkEndpoint(
  name: string,
  value: string,
  {
    allowedHosts,
    domains = ibmDomains,
  }: { readonly allowedHosts: readonly string[]; readonly domains?: readonly string[] },
): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`${name} is not a URL that begins with https://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error(`${name} must not hold a user name or a password`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Error(`${name} must end with the host or a path, without ? and #`);
  }
  const { hostname } = url;
  if (url.protocol === 'http:' && !loopback.has(hostname)) {
    throw new Error(`${name} must use https: http would send tokens to ${hostname} in clear text`);
  }
  const ibm = domains.some((domain) => hostname.endsWith(domain));
  if (!ibm && !allowedHosts.some((host) => host.toLowerCase() === hostname)) {
    const hint = 'add it to endpoints.allowedHosts if tokens may be sent there';
    throw new Error(`${name}: host ${hostname} is not IBM's; ${hint}`);
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
