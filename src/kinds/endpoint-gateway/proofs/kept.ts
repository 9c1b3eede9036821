/** What the status remembers of proofs, for as long as there are no newer results: as after a restart. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { type Condition, findCondition } from '../../../controller/conditions.ts';
import type { Prior, Verdict } from '../../../probe/proof-types.ts';
import type { GatewayResource } from '../observed.ts';
import { gatewayLists } from '../report/lists.ts';
import { dnsVerified, type GatewayProofs, type Proof, reachable } from './proofs.ts';

const proving: Verdict<never> = { status: 'Unproven', results: [] };

/** What was proven of the same gateway for the same spec. */
export function priorOf(resource: GatewayResource, gateway: EndpointGateway): Prior {
  const { ips = [], serviceEndpoints } = resource.status ?? {};
  const isSame =
    isDeepStrictEqual(addressesOf(ips), addressesOf(gateway.ips)) &&
    isDeepStrictEqual(serviceEndpoints, gatewayLists(gateway).serviceEndpoints);
  const names = isSame ? provenBefore(resource, dnsVerified) : undefined;
  const connections = isSame ? provenBefore(resource, reachable) : undefined;
  return { ...(names !== undefined && { names }), ...(connections !== undefined && { connections }) };
}

function addressesOf(ips: ReadonlyArray<{ readonly address: string }>): readonly string[] {
  return ips.map(({ address }) => address).toSorted();
}

function provenBefore({ metadata, status }: GatewayResource, type: string): 'Proven' | 'Failing' | undefined {
  const before = findCondition(status?.conditions, type);
  if (
    before === undefined ||
    before.observedGeneration !== metadata.generation ||
    before.status === 'Unknown'
  ) {
    return undefined;
  }
  return before.status === 'True' ? 'Proven' : 'Failing';
}

/** A verdict that was carried over has no results to tell of yet. */
export function orKept<Result>(
  resource: GatewayResource,
  type: string,
  verdict: Verdict<Result> = proving,
): Proof<Result> {
  return verdict.status === 'Unproven' || verdict.results.length > 0 ? verdict : keptProof(resource, type);
}

export function keptProofs(resource: GatewayResource): Pick<GatewayProofs, 'names' | 'connections'> {
  return { names: keptProof(resource, dnsVerified), connections: keptProof(resource, reachable) };
}

/** Nothing that was said of another spec. */
function keptProof({ metadata, status }: GatewayResource, type: string): Proof<never> {
  const before: Condition | undefined = findCondition(status?.conditions, type);
  if (before === undefined || before.observedGeneration !== metadata.generation) {
    return proving;
  }
  const { reason, message } = before;
  return { status: 'Kept', condition: { type, status: before.status, reason, message } };
}
