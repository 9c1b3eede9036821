/** What is wrong with a resolved spec that only the cloud or the configuration can tell. Pure. */
import { wayOut } from '../../../controller/management.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import { wantedMode } from '../desired.ts';
import { asGiven, isMeant, vpcNotAllowed } from '../wanted/reference.ts';
import { type Problem, wrong } from '../wanted/wanted.ts';

/** The gateway is in a closed VPC, of which an object is told no more than it says itself. */
export function notAllowed(
  resource: GatewayResource,
  { closedVpc }: Pick<Observed, 'closedVpc'>,
): Problem | undefined {
  if (closedVpc === undefined) {
    return undefined;
  }
  const { vpc } = resource.spec;
  const which = isMeant(closedVpc, vpc) ? `VPC ${asGiven(vpc)}` : 'the VPC that its gateway is in';
  const { problem } = vpcNotAllowed(resource, which);
  return { ...problem, message: `${problem.message}${wayOut(resource)}` };
}

export function specProblem({ spec }: GatewayResource, { vpc }: Pick<Observed, 'vpc'>): Problem | undefined {
  const mode = wantedMode(spec);
  if (vpc?.dns?.enable_hub === true && mode !== undefined && mode !== 'primary') {
    const message = `VPC ${vpc.name} is a DNS hub, where every gateway is Primary: set dnsResolutionBindingMode to Primary, or leave it out`;
    return wrong('DNSConflict', message).problem;
  }
  return undefined;
}
