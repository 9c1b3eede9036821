/**
 * IAM access tokens: RS256 JWTs with the claims that IBM's clients read (vpc-endpoint-gateways §6.3), checked
 * against the simulated clock. Every cloud has a key pair of its own.
 */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Identity } from '../accounts.ts';

export interface AccessToken {
  readonly token: string;
  /** Seconds since the Unix epoch. */
  readonly expiration: number;
}

export interface Tokens {
  /** The public key, as the JWKS endpoint shows it. */
  readonly publicKey: JWK;
  issue(identity: Identity, lifetimeMs: number): Promise<AccessToken>;
  /** The `iam_id` of a token that is authentic and not expired. */
  verify(token: string): Promise<string | undefined>;
  /** From now on every token issued so far counts as expired, whatever its `exp` says. */
  expireAll(): void;
}

const ISSUER = 'https://iam.cloud.ibm.com/identity';
const ALGORITHM = 'RS256';

export async function createTokens(clock: Clock): Promise<Tokens> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = randomUUID();
  // Times in a token are whole seconds, too coarse to tell one issued just before from one just after.
  let generation = 1;
  return {
    publicKey: { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' },
    async issue(identity, lifetimeMs) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const expiration = issuedAt + Math.floor(lifetimeMs / 1000);
      const claims = claimsOf(identity);
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setSubject(claims.identifier)
        .setIssuer(ISSUER)
        .setJti(`${generation}/${randomUUID()}`)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiration)
        .sign(privateKey);
      return { token, expiration };
    },
    async verify(token) {
      try {
        const currentDate = new Date(clock.now());
        const options = { issuer: ISSUER, algorithms: [ALGORITHM], currentDate };
        const { payload } = await jwtVerify<{ iam_id?: string }>(token, publicKey, options);
        return payload.jti?.startsWith(`${generation}/`) === true ? payload.iam_id : undefined;
      } catch {
        return undefined;
      }
    },
    expireAll() {
      generation += 1;
    },
  };
}

function claimsOf({ account, iamId }: Identity): { readonly identifier: string } & JWTPayload {
  return {
    iam_id: iamId,
    id: iamId,
    realmid: 'iam',
    identifier: iamId.replace('iam-', ''),
    ...(iamId.startsWith('iam-Profile-')
      ? { sub_type: 'ComputeResource', grant_type: 'urn:ibm:params:oauth:grant-type:cr-token' }
      : { sub_type: 'ServiceId', grant_type: 'urn:ibm:params:oauth:grant-type:apikey' }),
    account: { valid: true, bss: account.id },
    scope: 'ibm openid',
    client_id: 'default',
  };
}
