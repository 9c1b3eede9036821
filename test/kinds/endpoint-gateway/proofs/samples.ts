/** What was found out about the gateway of ../samples.ts, for tests of the pure parts. */
import type { ReservedIPReference } from '../../../../src/cloud/vpc-types.ts';
import type { Observed } from '../../../../src/kinds/endpoint-gateway/observed.ts';
import type { GatewayPaths, GatewayProofs } from '../../../../src/kinds/endpoint-gateway/proofs/proofs.ts';
import type { NameResult } from '../../../../src/lib/names.ts';
import type { ConnectionResult } from '../../../../src/probe/proof-types.ts';
import { gateway, ip, observed } from '../samples.ts';

export const kmsName = 'private.us-south.kms.cloud.ibm.com';
export const bound: readonly ReservedIPReference[] = [
  ip('rip-1', 'a1', '10.0.0.4'),
  ip('rip-2', 'a2', '10.1.0.4'),
];

/** Enough that it is not the clock that decides. */
export const nowMs = Date.UTC(2026, 0, 1, 12);
export const convergenceMs = 600_000;

const leads: NameResult = { name: kmsName, addresses: ['10.0.0.4', '10.1.0.4'] };
const answers: readonly ConnectionResult[] = bound.map(({ address }) => ({
  address,
  port: 443,
  servername: kmsName,
}));

/** Everything proven, unless said otherwise. */
export function proofs(parts: Partial<GatewayProofs> = {}): GatewayProofs {
  return {
    names: { status: 'Proven', results: [leads] },
    connections: { status: 'Proven', results: answers },
    wildcards: [],
    resolvers: ['172.21.0.10'],
    strays: new Map(),
    nowMs,
    convergenceMs,
    ...parts,
  };
}

/** The gateway with addresses in two zones, seen from its own VPC. */
export function seen(parts: Partial<GatewayPaths> = {}, more: Partial<Observed> = {}): Observed {
  const paths: GatewayPaths = { vantage: 'own', users: [], proofs: proofs(), ...parts };
  return observed({ gateway: gateway({ ips: bound }), paths, ...more });
}
