/** The cloud's own certificate authority, made at every start, and the one server certificate that it signs. */
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  readonly caPem: string;
  readonly server: ServerCertificate;
}

const COMMON = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function createCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'Simulated IBM Cloud CA' }], {
    ...COMMON,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...COMMON,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { caPem: authority.cert, server: { key: server.private, cert: server.cert } };
}
