/** What the demo applies: the examples of `deploy/examples`, or any number of gateways over the simulator's VPCs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

import type { Cloud } from '../cloud/cloud.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { repositoryPath } from '../lib/repository.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

export async function exampleManifests(): Promise<readonly Manifest[]> {
  const folder = repositoryPath('deploy', 'examples');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  const texts = await Promise.all(files.map(async (name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

/**
 * Each gateway leads to a database of its own: a VPC takes one gateway for a target, and none whose service endpoints
 * overlap another's (fact sheet R1, R2).
 */
export function generatedManifests(cloud: Cloud, count: number): readonly Manifest[] {
  const area = cloud.control.area('default', 'us-south');
  const vpcs = [...area.vpcs.values()];
  return Array.from({ length: count }, (_, index) => {
    const vpc = vpcs[index % vpcs.length];
    if (vpc === undefined) {
      throw new Error('the simulated cloud has no VPC');
    }
    const subnet = [...vpc.subnets].find(({ name }) => name.endsWith('-a'));
    const groups = [...vpc.securityGroups].filter(({ isDefault }) => !isDefault);
    const account = cloud.control.account('default').id;
    const instance = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return {
      apiVersion: `${endpointGatewayType.group}/${endpointGatewayType.version}`,
      kind: endpointGatewayType.kind,
      metadata: { name: `gateway-${String(index + 1).padStart(4, '0')}` },
      spec: {
        region: 'us-south',
        vpc: { id: vpc.id },
        target: { crn: `crn:v1:bluemix:public:databases-for-postgresql:us-south:a/${account}:${instance}::` },
        ips: [{ subnet: { id: subnet?.id } }],
        securityGroups: groups.map(({ id }) => ({ id })),
      },
    };
  });
}

export function toYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest)).join('---\n');
}
