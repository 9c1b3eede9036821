/** EndpointGateway manifests for tests, and the network that they refer to. */
import type { Cloud } from '../cloud/cloud.ts';
import { byIdOrName } from '../cloud/seed.ts';
import { endpointGatewayType, type EndpointGatewaySpec } from '../../src/kinds/endpoint-gateway/types.gen.ts';

export interface GatewayManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Partial<EndpointGatewaySpec>;
}

let lastInstance = 0;

/** A service instance that nobody has asked for yet: a VPC takes one gateway a target (fact sheet R1). */
export function freshTarget(): { readonly crn: string } {
  lastInstance += 1;
  const instance = `00000000-0000-4000-9000-${String(lastInstance).padStart(12, '0')}`;
  const account = '0123456789abcdef0123456789abcdef';
  return { crn: `crn:v1:bluemix:public:databases-for-postgresql:us-south:a/${account}:${instance}::` };
}

/** A gateway of VPC `vpc-1` to a target of its own; `spec` says what shall be different. */
export function gatewayManifest(name: string, spec: Partial<EndpointGatewaySpec> = {}): GatewayManifest {
  const { group, version, kind } = endpointGatewayType;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: { region: 'us-south', vpc: { name: 'vpc-1' }, target: freshTarget(), ...spec },
  };
}

export interface Network {
  readonly vpcId: string;
  /** By zone, the larger subnets first. */
  readonly subnets: Readonly<Record<1 | 2 | 3, readonly [string, string]>>;
  /** Those that are not the VPC's default one. */
  readonly securityGroups: readonly [string, string];
}

/** What the simulated cloud's default seed put into a VPC. */
export function networkOf(cloud: Cloud, vpcName = 'vpc-1'): Network {
  const { vpcs, subnets, securityGroups } = cloud.control.area('default', 'us-south');
  const subnetsOf = (zone: number): readonly [string, string] => [
    byIdOrName(subnets, `${vpcName}-zone-${zone}-a`).id,
    byIdOrName(subnets, `${vpcName}-zone-${zone}-b`).id,
  ];
  return {
    vpcId: byIdOrName(vpcs, vpcName).id,
    subnets: { 1: subnetsOf(1), 2: subnetsOf(2), 3: subnetsOf(3) },
    securityGroups: [
      byIdOrName(securityGroups, `${vpcName}-web`).id,
      byIdOrName(securityGroups, `${vpcName}-data`).id,
    ],
  };
}
