/** What a pass knows of the paths through a gateway, and of the proofs of them. */
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import type { ReportedCondition } from '../../../controller/conditions.ts';
import type { AddressClass } from '../../../lib/address-class.ts';
import type { NameResult } from '../../../lib/names.ts';
import type { ConnectionResult, Verdict } from '../../../probe/proof-types.ts';
import type { Vantage } from './vantage.ts';

export interface GatewayPaths {
  readonly vantage: Vantage['kind'];
  /** Who uses them, in words that go on "is used by …". */
  readonly users: readonly string[];
  /** `undefined`: nobody asks. */
  readonly proofs: GatewayProofs | 'off' | undefined;
}

export interface GatewayProofs {
  readonly names: Proof<NameResult>;
  readonly connections: Proof<ConnectionResult>;
  /** Service endpoints that are wildcards, which nobody can ask for. */
  readonly wildcards: readonly string[];
  /** The resolvers that were asked. */
  readonly resolvers: readonly string[];
  /** What names lead to instead of the gateway, by address. */
  readonly strays: ReadonlyMap<string, Stray>;
  /** Local clock. */
  readonly nowMs: number;
  /** How long a proof may fail that has to be there, before no waiting helps. */
  readonly convergenceMs: number;
}

export interface Stray {
  readonly class: AddressClass;
  /** Another gateway that has the address. */
  readonly owner: EndpointGateway | undefined;
}

export type Proof<Result> = Verdict<Result> | Unproven | Kept;

/** Why there is no proof, and none is attempted. */
export interface Unproven {
  readonly status: 'NotProven';
  readonly reason: 'NotProvableFromHere' | 'NotProbed' | 'NoAddress' | 'GatewayNotReady';
  readonly message: string;
}

/** What the status said before: nothing newer is known. */
export interface Kept {
  readonly status: 'Kept';
  readonly condition: ReportedCondition;
}

/** Types of the conditions. */
export const dnsVerified = 'DNSVerified';
export const reachable = 'Reachable';
