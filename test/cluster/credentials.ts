/**
 * The certificates and keys of one control plane, made at its start and valid for a month: a certificate
 * authority, the API server's certificate, the key that signs ServiceAccount tokens, and client
 * certificates, whose common name is the user and whose organization is the group.
 */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generate, type GenerateResult } from 'selfsigned';

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Credentials {
  readonly authority: Certificate;
  /** Paths of the files that the API server and the controller manager read. */
  readonly files: {
    readonly authorityCertificate: string;
    readonly serverCertificate: string;
    readonly serverKey: string;
    readonly serviceAccountPublicKey: string;
    readonly serviceAccountKey: string;
  };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

/** Longer than anybody leaves `npm run cluster` running; tokens follow it. */
export const validityMs = 30 * 24 * 60 * 60 * 1000;
const clockSkewMs = 5 * 60 * 1000;

export async function makeCredentials(folder: string): Promise<Credentials> {
  const authority = await makeAuthority();
  const server = await makeCertificate({ user: 'kube-apiserver', authority, extensions: serverExtensions });
  const tokens = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const files = {
    authorityCertificate: await write('ca.crt', authority.certificate),
    serverCertificate: await write('server.crt', server.certificate),
    serverKey: await write('server.key', server.key),
    serviceAccountPublicKey: await write('service-account.pub', tokens.publicKey),
    serviceAccountKey: await write('service-account.key', tokens.privateKey),
  };
  return { authority, files };
}

/** A certificate by which the API server takes its bearer for `user`, a member of `group`. */
export async function clientCertificate(
  authority: Certificate,
  { user, group }: { readonly user: string; readonly group?: string },
): Promise<Certificate> {
  return makeCertificate({ user, group, authority, extensions: clientExtensions });
}

const leafExtensions: Extensions = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
];

const clientExtensions: Extensions = [...leafExtensions, { name: 'extKeyUsage', clientAuth: true }];

const serverExtensions: Extensions = [
  ...leafExtensions,
  { name: 'extKeyUsage', serverAuth: true },
  {
    name: 'subjectAltName',
    altNames: [
      { type: 7, ip: '127.0.0.1' },
      { type: 2, value: 'localhost' },
    ],
  },
];

async function makeAuthority(): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: 'vpe-operator test control plane' }], {
    ...common(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return certificateOf(pems);
}

interface Leaf {
  readonly user: string;
  readonly group?: string | undefined;
  readonly authority: Certificate;
  readonly extensions: Extensions;
}

async function makeCertificate({ user, group, authority, extensions }: Leaf): Promise<Certificate> {
  const subject = [
    ...(group === undefined ? [] : [{ name: 'organizationName', value: group }]),
    { name: 'commonName', value: user },
  ];
  const ca = { cert: authority.certificate, key: authority.key };
  return certificateOf(await generate(subject, { ...common(), ca, extensions }));
}

function common() {
  return {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - clockSkewMs),
    notAfterDate: new Date(Date.now() + validityMs),
  } as const;
}

function certificateOf(pems: GenerateResult): Certificate {
  return { certificate: pems.cert, key: pems.private };
}
