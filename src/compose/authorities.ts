/** Whose certificates are trusted, by calls to IBM Cloud and by proofs alike. */
import { getCACertificates } from 'node:tls';
import type { Config } from '../config.ts';

/** Certificate authorities (PEM); `undefined`: those that Node.js trusts. */
export function authoritiesOf({ caBundle }: Pick<Config, 'caBundle'>): readonly string[] | undefined {
  return caBundle === undefined ? undefined : [...getCACertificates(), caBundle];
}
