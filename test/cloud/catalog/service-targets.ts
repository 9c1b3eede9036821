/**
 * The service-level targets of endpoint gateways in a region (vpc-endpoint-gateways §8.1): the catalogue lists
 * exactly these, and the VPC service accepts each. Labels and endpoint types are the simulator's (UNCONFIRMED: no
 * source shows IBM's own).
 */
export interface ServiceTarget {
  /** Programmatic name. */
  readonly name: string;
  readonly label: string;
  readonly crn: string;
  readonly endpointType: string;
  /** Names under which the service answers. */
  readonly hosts: readonly string[];
}

type Row = readonly [name: string, label: string, service: string, location: string, fqdn: string];

/** A service of the platform, whose endpoint is the same everywhere. */
function platform(name: string, label: string, service = name, host = name): Row {
  return [name, label, service, 'global', `private.${host}.cloud.ibm.com`];
}

export function serviceTargets(region: string): ServiceTarget[] {
  const regional = (name: string, label: string, service: string, fqdn: string): Row => [
    name,
    label,
    service,
    region,
    fqdn,
  ];
  const search = 'private.global-search-tagging.cloud.ibm.com';
  const rows: readonly Row[] = [
    platform('account-management', 'Account Management', 'account-management', 'accounts'),
    platform('billing', 'Billing'),
    ['object-storage', 'Cloud Object Storage', 'cloud-object-storage', 'global', storageHost(region)],
    [
      'object-storage-config',
      'Cloud Object Storage Configuration',
      'cloud-object-storage',
      'global',
      configHost,
    ],
    regional('code-engine', 'Code Engine', 'codeengine', `private.${region}.codeengine.cloud.ibm.com`),
    regional(
      'kubernetes-service',
      'Kubernetes Service',
      'containers-kubernetes',
      `api.${region}.containers.cloud.ibm.com`,
    ),
    platform('enterprise', 'Enterprise Management'),
    platform('global-catalog', 'Global Catalog', 'globalcatalog', 'globalcatalog'),
    ['global-tagging', 'Global Tagging', 'ghost-tags', 'global', `tags.${search}`],
    ['global-search', 'Global Search', 'global-search-tagging', 'global', `api.${search}`],
    platform('iam', 'Identity and Access Management', 'iam-svcs', 'iam'),
    regional('key-protect', 'Key Protect', 'kms', `private.${region}.kms.cloud.ibm.com`),
    platform('resource-controller', 'Resource Controller'),
    platform('user-management', 'User Management'),
    regional('vpc', 'Virtual Private Cloud', 'is', `${region}.private.iaas.cloud.ibm.com`),
    regional('container-registry', 'Container Registry', 'container-registry', registryHost(region)),
    platform('context-based-restrictions', 'Context-based Restrictions', 'context-based-restrictions', 'cbr'),
    platform('direct-link', 'Direct Link', 'directlink', 'directlink'),
    platform('transit-gateway', 'Transit Gateway', 'transit', 'transit'),
    platform('messaging', 'Messaging'),
    platform('support-center', 'Support Center', 'support', 'support-center'),
    ...cryptoHosts(region).map(([name, label, fqdn]) => regional(name, label, 'hs-crypto', fqdn)),
    regional('monitoring', 'Monitoring', 'sysdig-monitor', `private.${region}.monitoring.cloud.ibm.com`),
    regional('vmware', 'VMware Solutions', 'vmware', `api.private.${region}.vmware.cloud.ibm.com`),
  ];
  return [...rows.map(targetOf), dnsServices];
}

function targetOf([name, label, service, location, fqdn]: Row): ServiceTarget {
  const crn = `crn:v1:bluemix:public:${service}:${location}:::endpoint:${fqdn}`;
  return { name, label, crn, endpointType: fqdn.includes('.direct.') ? 'direct' : 'private', hosts: [fqdn] };
}

/** The one target whose CRN names no endpoint. */
const dnsServices: ServiceTarget = {
  name: 'dns-services',
  label: 'DNS Services',
  crn: 'crn:v1:bluemix:public:dns-svcs:global::::',
  endpointType: 'private',
  hosts: ['api.private.dns-svcs.cloud.ibm.com'],
};

const configHost = 'config.direct.cloud-object-storage.cloud.ibm.com';

function storageHost(region: string): string {
  return `s3.direct.${region}.cloud-object-storage.appdomain.cloud`;
}

const REGISTRIES: Readonly<Record<string, string>> = {
  'us-south': 'us.icr.io',
  'ca-tor': 'ca.icr.io',
  'ca-mon': 'ca2.icr.io',
  'br-sao': 'br.icr.io',
  'eu-de': 'de.icr.io',
  'eu-gb': 'uk.icr.io',
  'eu-es': 'es.icr.io',
  'eu-fr2': 'fr2.icr.io',
  'jp-tok': 'jp.icr.io',
  'jp-osa': 'jp2.icr.io',
  'au-syd': 'au.icr.io',
};

/** A region without a registry of its own has the global one's. */
function registryHost(region: string): string {
  return REGISTRIES[region] ?? 'icr.io';
}

/** Each with a CRN of its own; that the certificate manager's name differs by region is left out. */
function cryptoHosts(region: string): Array<readonly [name: string, label: string, fqdn: string]> {
  const parts = [
    ['api', 'Key Management'],
    ['ep11', 'EP11'],
    ['ep11-az1', 'EP11, zone 1'],
    ['ep11-az2', 'EP11, zone 2'],
    ['ep11-az3', 'EP11, zone 3'],
    ['cert_mgr', 'Certificate Manager'],
    ['kmip', 'KMIP'],
    ['tke', 'Trusted Key Entry'],
  ] as const;
  return parts.map(([prefix, label]) => [
    `hs-crypto-${prefix.replace('_', '-')}`,
    `Hyper Protect Crypto Services: ${label}`,
    `${prefix}.private.${region}.hs-crypto.cloud.ibm.com`,
  ]);
}
