/** What is wrong with a resolved spec that only the cloud or the configuration can tell. Pure. */
import type { GatewayResource, Observed } from '../observed.ts';
import { wantedMode } from '../desired.ts';
import { type Problem, wrong } from '../wanted/wanted.ts';

/** Neither an edit of the object nor time helps, but the configuration of the operator's owner. */
export function notAllowed(
  { spec }: GatewayResource,
  { closedVpc }: Pick<Observed, 'closedVpc'>,
): Problem | undefined {
  if (closedVpc === undefined) {
    return undefined;
  }
  const { id, name } = closedVpc;
  const message = `account ${spec.account} is not open for VPC ${name} (${id}); its owner can add it to allowedVPCs in the operator's configuration`;
  return wrong('NotAllowed', message).problem;
}

export function specProblem({ spec }: GatewayResource, { vpc }: Pick<Observed, 'vpc'>): Problem | undefined {
  const mode = wantedMode(spec);
  if (vpc?.dns?.enable_hub === true && mode !== undefined && mode !== 'primary') {
    const message = `VPC ${vpc.name} is a DNS hub, where every gateway is Primary: set dnsResolutionBindingMode to Primary, or leave it out`;
    return wrong('DNSConflict', message).problem;
  }
  return undefined;
}
