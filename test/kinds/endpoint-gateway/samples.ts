/** Gateways, objects and observations for tests of the kind's pure parts: one VPC, two subnets in each of three zones. */
import type {
  EndpointGateway,
  ReservedIPReference,
  SecurityGroup,
  Subnet,
  Vpc,
} from '../../../src/cloud/vpc-types.ts';
import { cloudName } from '../../../src/kinds/endpoint-gateway/desired.ts';
import type { GatewayResource, Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { ownershipTag } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import type {
  EndpointGatewaySpec,
  EndpointGatewayStatus,
} from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import type { Catalogue } from '../../../src/kinds/endpoint-gateway/wanted/catalogue.ts';
import { resolve, type Resolution } from '../../../src/kinds/endpoint-gateway/wanted/resolve.ts';
import type { ObjectMeta } from '../../../src/kube/object.ts';

export const clusterID = 'c0ffee00-0000-4000-8000-000000000000';
export const cloudNowMs = Date.UTC(2026, 0, 1, 12);
export const kmsTarget = 'crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com';
export const cosTarget =
  'crn:v1:bluemix:public:cloud-object-storage:global:::endpoint:s3.direct.us-south.cloud-object-storage.appdomain.cloud';

export const vpc: Vpc = { id: 'r006-vpc', name: 'vpc', crn: 'crn:vpc' };
export const otherVpc: Vpc = { id: 'r006-other', name: 'other', crn: 'crn:other' };

export const subnets: ReadonlyMap<string, Subnet> = new Map(
  [1, 2, 3].flatMap((zone) =>
    ['a', 'b'].map((letter) => {
      const id = `${letter}${zone}`;
      const place = { vpc, zone: { name: `us-south-${zone}` } };
      return [id, { id, name: id, crn: `crn:${id}`, available_ipv4_address_count: 250, ...place }] as const;
    }),
  ),
);

const securityGroups: ReadonlyMap<string, SecurityGroup> = new Map(
  Array.from({ length: 10 }, (_, index) => `sg-${index}`).map((id) => [
    id,
    { id, name: id, crn: `crn:${id}`, vpc },
  ]),
);

/** One unbound reserved IP in each zone. */
export const reserved: ReadonlyMap<string, ReservedIPReference> = new Map(
  [1, 2, 3].map((zone) => [`rip-${zone}`, ip(`rip-${zone}`, `b${zone}`, `10.9.0.${zone}`)]),
);

const catalogue: Catalogue = {
  vpcs: new Map([vpc, otherVpc].map((one) => [one.id, one])),
  subnets,
  securityGroups,
  reservedIPs: Map.groupBy(
    [...reserved.values()].map((one) => ({
      ...one,
      auto_delete: false,
      lifecycle_state: 'stable',
      owner: 'user',
    })),
    ({ id }) => id.replace('rip-', 'b'),
  ),
};

/** What the object asks for, looked up in the account of these samples. */
function resolved(object: GatewayResource, shown: EndpointGateway | undefined): Resolution {
  return resolve(object, catalogue, { clusterID, bound: shown?.ips });
}

interface ResourceParts {
  readonly spec?: Partial<EndpointGatewaySpec>;
  readonly status?: Partial<EndpointGatewayStatus>;
  readonly metadata?: Partial<ObjectMeta>;
}

export function resource({ spec, status, metadata }: ResourceParts = {}): GatewayResource {
  return {
    apiVersion: 'vpe-operator.io/v1alpha1',
    kind: 'EndpointGateway',
    metadata: {
      namespace: 'team-a',
      name: 'kms',
      uid: '5b1c1c4e-0000-4000-8000-000000000001',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: {
      account: 'default',
      region: 'us-south',
      vpc: { id: vpc.id },
      target: { crn: kmsTarget },
      adoptionPolicy: 'Never',
      recreatePolicy: 'Never',
      managementPolicy: 'Manage',
      suspend: false,
      ...spec,
    },
    status: { observedGeneration: -1, ...status },
  };
}

export const deleting = { deletionTimestamp: '2026-01-02T00:00:00Z' };
export const ownTag = ownershipTag(resource(), clusterID);
export const ownName = cloudName(resource(), clusterID);

export function ip(id: string, subnet: string, address = '10.0.0.4'): ReservedIPReference {
  const href = `https://us-south.iaas.cloud.ibm.com/v1/subnets/${subnet}/reserved_ips/${id}`;
  return { id, name: `name-${id}`, address, href };
}

export function gateway(parts: Partial<EndpointGateway> = {}): EndpointGateway {
  return {
    id: 'r006-gateway',
    name: ownName,
    crn: 'crn:v1:bluemix:public:is:us-south:a/0123::endpoint-gateway:r006-gateway',
    created_at: '2026-01-01T11:00:00Z',
    dns_resolution_binding_mode: 'primary',
    health_state: 'ok',
    ips: [],
    lifecycle_reasons: [],
    lifecycle_state: 'stable',
    resource_group: { id: 'group', name: 'Default' },
    security_groups: [{ id: 'sg-default', name: 'default' }],
    service_endpoints: ['private.us-south.kms.cloud.ibm.com'],
    target: { resource_type: 'provider_cloud_service', crn: kmsTarget },
    vpc,
    ...parts,
  };
}

/** Our gateway, tagged and stable, unless said otherwise; `object` is the one that asks for it. */
export function observed(parts: Partial<Observed> = {}, object: GatewayResource = resource()): Observed {
  const shown = 'gateway' in parts ? parts.gateway : gateway();
  return {
    clusterID,
    accountID: '0123',
    cloudNowMs,
    ...resolved(object, shown),
    subnets,
    closedVpc: undefined,
    gateway: shown,
    ownership: 'ours',
    adopted: false,
    tags: { user: [ownTag], access: undefined },
    applied: { user: [], access: [] },
    autoDelete: new Map(),
    keptIPs: [],
    bindings: undefined,
    collision: undefined,
    absenceUnproven: false,
    intent: undefined,
    createDidNotHappen: false,
    ...parts,
  };
}

/** No gateway of ours. */
export function observedNone(parts: Partial<Observed> = {}, object: GatewayResource = resource()): Observed {
  const tags = { user: undefined, access: undefined };
  return observed({ gateway: undefined, ownership: 'unread', tags, ...parts }, object);
}

/** The VPC that the object names cannot be seen. */
export const noVpc: Partial<Observed> = {
  vpc: undefined,
  wanted: undefined,
  problem: { kind: 'wait', reason: 'VPCNotFound', message: 'no such VPC', pace: 'slow', stallsAfter: 3 },
};

export const intent = {
  name: ownName,
  target: kmsTarget,
  vpc: vpc.id,
  time: new Date(cloudNowMs - 60_000).toISOString(),
};
