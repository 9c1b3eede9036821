/**
 * Kubernetes clusters whose ServiceAccount tokens IAM knows how to verify: compute resources of the kind IKS_SA
 * (private-cli §4b). A token counts when its issuer is such a cluster, its audience is `iam` and it has not expired.
 */
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../../../src/lib/clock.ts';

export interface Cluster {
  /** Claim `service_instance` of its tokens. */
  readonly id: string;
  /** Claim `iss` of its tokens. */
  readonly issuer: string;
  /** What the cluster answers at `/openid/v1/jwks`. */
  readonly keys: JSONWebKeySet;
}

/** What the rules of trusted profiles can ask of a compute resource (private-cli §4b). */
export interface ComputeResource {
  readonly service_instance: string;
  readonly namespace: string;
  /** The ServiceAccount. */
  readonly name: string;
}

const AUDIENCE = 'iam';

export class Clusters {
  readonly #clock: Clock;
  readonly #byIssuer = new Map<string, Cluster>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(cluster: Cluster): void {
    this.#byIssuer.set(cluster.issuer, cluster);
  }

  /** The ServiceAccount that the token speaks for; `undefined` when it cannot be believed. */
  async verify(token: string): Promise<ComputeResource | undefined> {
    try {
      const cluster = this.#byIssuer.get(decodeJwt(token).iss ?? '');
      if (cluster === undefined) {
        return undefined;
      }
      const { issuer, keys, id } = cluster;
      const options = { issuer, audience: AUDIENCE, currentDate: new Date(this.#clock.now()) };
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options);
      return computeResourceOf(payload, id);
    } catch {
      return undefined;
    }
  }
}

/** The subject is `system:serviceaccount:NAMESPACE:NAME` (Kubernetes, "Service account tokens"). */
function computeResourceOf({ sub = '' }: JWTPayload, clusterId: string): ComputeResource | undefined {
  const [system, kind, namespace, name] = sub.split(':');
  if (system !== 'system' || kind !== 'serviceaccount' || namespace === undefined || name === undefined) {
    return undefined;
  }
  return { service_instance: clusterId, namespace, name };
}
