/** A Kubernetes cluster as IAM sees one: keys, and the ServiceAccount tokens that it signs with them. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Cluster, ComputeResource } from './clusters.ts';

export interface FakeCluster extends Cluster {
  /** The content of a projected token that expires at this time. */
  token(
    subject: Omit<ComputeResource, 'service_instance'>,
    expiresAtMs: number,
    audience?: string,
  ): Promise<string>;
}

export async function createFakeCluster(id: string): Promise<FakeCluster> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const issuer = `https://${id}.cluster.example`;
  return {
    id,
    issuer,
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid: id, alg: 'RS256', use: 'sig' }] },
    token: async ({ namespace, name }, expiresAtMs, audience = 'iam') =>
      new SignJWT()
        .setProtectedHeader({ alg: 'RS256', kid: id })
        .setIssuer(issuer)
        .setSubject(`system:serviceaccount:${namespace}:${name}`)
        .setAudience(audience)
        .setIssuedAt(Math.floor(expiresAtMs / 1000) - 3600)
        .setExpirationTime(Math.floor(expiresAtMs / 1000))
        .sign(privateKey),
  };
}
