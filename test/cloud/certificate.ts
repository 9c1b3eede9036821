/** The cloud's own certificate authority, made at every start, and the server certificates that it signs. */
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  readonly caPem: string;
  readonly issue: (subject: {
    readonly names: readonly string[];
    readonly ips?: readonly string[];
  }) => Promise<ServerCertificate>;
}

const COMMON = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function createAuthority(commonName = 'Simulated IBM Cloud CA'): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: commonName }], {
    ...COMMON,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    caPem: authority.cert,
    issue: async ({ names, ips = [] }) => {
      const altNames = [
        ...ips.map((ip) => ({ type: 7, ip }) as const),
        ...names.map((value) => ({ type: 2, value }) as const),
      ];
      const server = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
        ...COMMON,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames },
        ],
      });
      return { key: server.private, cert: server.cert };
    },
  };
}

export interface Certificates {
  readonly caPem: string;
  readonly server: ServerCertificate;
  readonly authority: Authority;
}

/**
 * Of the listeners of this machine's services. Whoever trusts two authorities tells them apart by their names alone
 * (OpenSSL takes the first that has the issuer's).
 */
export async function createCertificates(commonName?: string): Promise<Certificates> {
  const authority = await createAuthority(commonName);
  const server = await authority.issue({ names: ['localhost'], ips: ['127.0.0.1'] });
  return { caPem: authority.caPem, server, authority };
}
