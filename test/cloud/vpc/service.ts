/** The VPC API of one region. */
import type { FastifyInstance } from 'fastify';
import { acceptAnyJson } from '../json-body.ts';
import type { World } from '../world.ts';
import { dnsBindingOperations } from './dns/bindings.ts';
import { gatewayIPOperations } from './gateway-ips.ts';
import { gatewayOperations } from './gateways.ts';
import { instanceOperations } from './instances.ts';
import { serveOperation } from './operation.ts';
import { accountPolicyOperations } from './private-path/account-policies.ts';
import { bindingOperations } from './private-path/bindings.ts';
import { privatePathOperations } from './private-path/service-gateways.ts';
import { reservedIPOperations } from './reserved-ips.ts';
import { resourceBindingOperations } from './resource-bindings.ts';
import { securityGroupTargetOperations } from './security-group-targets.ts';
import { securityGroupOperations } from './security-groups.ts';
import { subnetOperations } from './subnets.ts';
import { vpcOperations } from './vpcs.ts';

export function serveVpc(app: FastifyInstance, world: World, region: string): void {
  acceptAnyJson(app);
  app.register(
    async (v1) => {
      for (const spec of [
        ...gatewayOperations(world),
        ...gatewayIPOperations(world),
        ...resourceBindingOperations(world),
        ...reservedIPOperations(world),
        ...securityGroupOperations(world),
        ...securityGroupTargetOperations(world),
        ...instanceOperations(),
        ...subnetOperations(world),
        ...vpcOperations(world),
        ...dnsBindingOperations(world),
        ...privatePathOperations(world),
        ...accountPolicyOperations(world),
        ...bindingOperations(world),
      ]) {
        serveOperation(v1, { world, region }, spec);
      }
    },
    { prefix: '/v1' },
  );
}
