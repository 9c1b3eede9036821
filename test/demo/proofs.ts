/**
 * The operator stands in one of the VPCs and tries what stable gateways promise there. One name leads astray at first,
 * as where a server's DHCP lease is older than the VPC's first gateway.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { byIdOrName } from '../cloud/seed.ts';
import type { Observer, Seen } from './observer.ts';
import type { ProofResult } from './result.ts';

/** Where the operator is. */
export const ownVPC = 'vpc-1';

export interface Astray {
  /** The object whose gateway has the name. */
  readonly object: string;
  readonly name: string;
  /** The lease is renewed. */
  readonly renew: () => void;
}

/** From now on the VPC's resolvers know the name as if there were no gateway. */
export function leadAstray(cloud: Cloud): Astray {
  const { network } = cloud.control;
  const name = 'private.us-south.kms.cloud.ibm.com';
  const fault = network.dnsFaults.add({ kind: 'classic', side: ownVpcId(cloud), name });
  return { object: 'key-protect', name, renew: () => network.dnsFaults.clear(fault) };
}

export function ownVpcId(cloud: Cloud): string {
  return byIdOrName(cloud.control.area('default', 'us-south').vpcs, ownVPC).id;
}

export const proofTypes = ['DNSVerified', 'Reachable'] as const;

/** Whether it says something of every proof that will not change by itself. */
export function isTold({ conditions }: Seen): boolean {
  return proofTypes.every((type) => {
    const { reason = 'Proving' } = findCondition(conditions, type) ?? {};
    return reason !== 'Proving' && reason !== 'GatewayNotReady';
  });
}

/** A line for each proof: `key-protect: DNSVerified is False, DNSAnswerClassic: …`; one where all say the same. */
export function wordsOf({ name, conditions }: Seen): readonly string[] {
  const told = proofTypes.flatMap((type) => findCondition(conditions, type) ?? []);
  const byWords = Map.groupBy(told, ({ status, reason, message }) => `${status}, ${reason}: ${message}`);
  return Array.from(byWords, ([words, alike]) => {
    const verb = alike.length === 1 ? 'is' : 'are';
    return `${name}: ${alike.map(({ type }) => type).join(' and ')} ${verb} ${words}`;
  });
}

export function proofResults(observer: Observer, names: readonly string[]): readonly ProofResult[] {
  return names.flatMap((name) =>
    proofTypes.map((type) => {
      const { status = 'Unknown', reason = '' } = findCondition(observer.get(name)?.conditions, type) ?? {};
      return { name, type, status, reason };
    }),
  );
}
