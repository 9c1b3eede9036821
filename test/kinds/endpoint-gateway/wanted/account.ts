/**
 * An account for references to be looked up in: VPC `main` with two subnets in each zone of us-south, VPC `other` with
 * one, and things of the same names in both.
 */
import type { ServiceTarget } from '../../../../src/cloud/catalog.ts';
import type { ResourceGroup } from '../../../../src/cloud/resource-manager.ts';
import type { TargetInstance } from '../../../../src/cloud/search.ts';
import type {
  ReservedIP,
  ReservedIPReference,
  SecurityGroup,
  Subnet,
  Vpc,
} from '../../../../src/cloud/vpc-types.ts';
import type { Catalogue, Place, Targets } from '../../../../src/kinds/endpoint-gateway/wanted/catalogue.ts';
import type { Problem, Resolved } from '../../../../src/kinds/endpoint-gateway/wanted/wanted.ts';

const scope = 'a/0123456789abcdef0123456789abcdef';

const vpcNamed = (name: string): Vpc => ({
  id: `r006-${name}`,
  name,
  crn: `crn:v1:bluemix:public:is:us-south:${scope}::vpc:r006-${name}`,
});

export const main = vpcNamed('main');
export const other = vpcNamed('other');

export function subnet(name: string, zone: number, more: Partial<Subnet> = {}): Subnet {
  const { name: vpcName } = more.vpc ?? main;
  const id = `0717-${vpcName}-${name}`;
  return {
    id,
    name,
    crn: `crn:v1:bluemix:public:is:us-south-${zone}:${scope}::subnet:${id}`,
    vpc: main,
    zone: { name: `us-south-${zone}` },
    available_ipv4_address_count: 100,
    ...more,
  };
}

export const subnets: readonly Subnet[] = [
  ...[1, 2, 3].flatMap((zone) => [subnet(`app-${zone}`, zone), subnet(`db-${zone}`, zone)]),
  subnet('app-1', 1, { vpc: other }),
  subnet('lone', 2, { vpc: other }),
];

export function securityGroup(name: string, vpc = main): SecurityGroup {
  const id = `r006-${vpc.name}-${name}`;
  return { id, name, crn: `crn:v1:bluemix:public:is:us-south:${scope}::security-group:${id}`, vpc };
}

const resourceGroup = (name: string): ResourceGroup => ({
  id: `group-of-${name.toLowerCase()}`,
  name,
  crn: `crn:v1:bluemix:public:resource-controller::${scope}::resource-group:group-of-${name.toLowerCase()}`,
});

export function service(name: string, field: string, host: string, location = 'us-south'): ServiceTarget {
  const crn = `crn:v1:bluemix:public:${field}:${location}:::endpoint:${host}`;
  return { name, service: field, location, crn, endpointType: 'private', hosts: [host] };
}

export const keyProtect = service('Key Protect', 'kms', 'private.us-south.kms.cloud.ibm.com');
export const storage = service(
  'Object Storage',
  'cloud-object-storage',
  's3.direct.us-south.example',
  'global',
);
export const storageConfig = service(
  'Object Storage Configuration',
  'cloud-object-storage',
  'config.direct.example',
  'global',
);

export function instance(name: string, field: string, more: Partial<TargetInstance> = {}): TargetInstance {
  const { region = 'us-south' } = more;
  const crn = `crn:v1:bluemix:public:${field}:${region}:${scope}:guid-of-${name}::`;
  return {
    crn,
    name,
    region,
    service: field,
    hosts: [`guid-of-${name}.private.example`],
    ports: [],
    ...more,
  };
}

export const ledger = instance('ledger', 'databases-for-postgresql');
export const orders = instance('orders', 'databases-for-postgresql');
export const secrets = instance('team-secrets', 'secrets-manager');
export const abroad = instance('abroad', 'databases-for-redis', { region: 'eu-de' });
/** Of the service that the region has a target for, and with the same host. */
export const keys = instance('keys', 'kms', { hosts: keyProtect.hosts });

export const targets: Targets = {
  services: byKey([keyProtect, storage, storageConfig], ({ crn }) => crn),
  instances: byKey([ledger, orders, secrets, abroad, keys], ({ crn }) => crn),
};

export function boundIP(name: string, subnetName: string, address = '10.0.0.4'): ReservedIPReference {
  const subnetId = `0717-main-${subnetName}`;
  const href = `https://us-south.iaas.cloud.ibm.com/v1/subnets/${subnetId}/reserved_ips/rip-${subnetName}-${name}`;
  return { id: `rip-${subnetName}-${name}`, name, address, href };
}

export function reservedIP(name: string, subnetName: string, owner = 'user'): ReservedIP {
  return { ...boundIP(name, subnetName), auto_delete: false, lifecycle_state: 'stable', owner };
}

/** Of every subnet of `main`. */
export function listed(...ips: readonly ReservedIP[]): ReadonlyMap<string, readonly ReservedIP[]> {
  return new Map(
    subnets
      .filter(({ vpc }) => vpc.id === main.id)
      .map(({ id }) => [id, ips.filter(({ href }) => href.includes(`/${id}/`))]),
  );
}

export function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

export function catalogue(parts: Partial<Catalogue> = {}): Catalogue {
  return {
    vpcs: byKey([main, other], ({ id }) => id),
    subnets: byKey(subnets, ({ id }) => id),
    securityGroups: byKey(
      [
        securityGroup('web'),
        securityGroup('data'),
        securityGroup('web', other),
        securityGroup('edge', other),
      ],
      ({ id }) => id,
    ),
    resourceGroups: byKey([resourceGroup('Default'), resourceGroup('platform')], ({ id }) => id),
    targets,
    reservedIPs: listed(),
    nodeZones: ['us-south-1', 'us-south-2', 'us-south-3'],
    ...parts,
  };
}

export function place(parts: Partial<Catalogue> = {}, bound: Place['bound'] = []): Place {
  return { vpc: main, catalogue: catalogue(parts), bound };
}

/** The value, or the problem as `kind Reason: message`. */
export function said<T>(resolved: Resolved<T>): T | string {
  return 'value' in resolved ? resolved.value : inWords(resolved.problem);
}

export function inWords(problem: Problem): string {
  return `${problem.kind} ${problem.reason}: ${problem.message}`;
}
