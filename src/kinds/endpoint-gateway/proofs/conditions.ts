/** The conditions that tell what is proven. Pure. */
import type { ReportedCondition } from '../../../controller/conditions.ts';
import type { Observed } from '../observed.ts';
import { connectionsProven, connectionTrouble } from './connection-diagnosis.ts';
import type { Diagnosis, Seen } from './diagnosis.ts';
import { namesProven, nameTrouble } from './name-diagnosis.ts';
import { dnsVerified, type Proof, reachable } from './proofs.ts';

/** None without a gateway, and none where nobody asks for proofs. */
export function proofConditions({ gateway, paths, subnets }: Observed): readonly ReportedCondition[] {
  if (gateway === undefined || paths?.proofs === undefined || paths.proofs === 'off') {
    return [];
  }
  const { vantage, proofs } = paths;
  const seen: Seen = { gateway, subnets, proofs, isShared: vantage === 'shared' };
  return [
    conditionOf(dnsVerified, proofs.names, {
      proven: (results) => namesProven(results, seen),
      failing: (results) => nameTrouble(results, seen),
    }),
    conditionOf(reachable, proofs.connections, {
      proven: (results) => connectionsProven(results, seen),
      failing: (results) => connectionTrouble(results, seen),
    }),
  ];
}

function conditionOf<Result>(
  type: string,
  proof: Proof<Result>,
  say: {
    readonly proven: (results: readonly Result[]) => Diagnosis;
    readonly failing: (results: readonly Result[]) => Diagnosis;
  },
): ReportedCondition {
  switch (proof.status) {
    case 'Kept':
      return proof.condition;
    case 'NotProven':
      return { type, status: 'Unknown', reason: proof.reason, message: proof.message };
    case 'Unproven':
      return { type, status: 'Unknown', reason: 'Proving', message: 'There are too few results yet' };
    case 'Proven':
      return { type, ...say.proven(proof.results) };
    case 'Failing':
      return { type, ...say.failing(proof.results) };
  }
}
