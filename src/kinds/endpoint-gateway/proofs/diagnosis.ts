/** What all diagnoses of proofs are made of. Pure. */
import { type EndpointGateway, type Subnet, subnetIdOf } from '../../../cloud/vpc-types.ts';
import type { ReportedCondition } from '../../../controller/conditions.ts';
import type { Reason } from '../reasons.ts';
import type { GatewayProofs } from './proofs.ts';

/** What a condition says beside its type. */
export interface Diagnosis extends Omit<ReportedCondition, 'type' | 'reason'> {
  readonly reason: Reason;
}

export interface Seen {
  readonly gateway: EndpointGateway;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly proofs: GatewayProofs;
  /** Seen from another VPC, through shared DNS. */
  readonly isShared: boolean;
}

const mostNamed = 3;

/** The first ones, and how many others there are. */
export function several(words: readonly string[]): string {
  const named = words.slice(0, mostNamed).join(', ');
  return words.length <= mostNamed ? named : `${named} and ${words.length - mostNamed} more`;
}

/** With its zone, where that is known. */
export function placeOf(address: string, { gateway, subnets }: Seen): string {
  const ip = gateway.ips.find((one) => one.address === address);
  const zone = ip === undefined ? undefined : subnets.get(subnetIdOf(ip))?.zone.name;
  return zone === undefined ? address : `${address} (${zone})`;
}
