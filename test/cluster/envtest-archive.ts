/**
 * The release archive of envtest: etcd, kube-apiserver and kubectl as the Kubernetes project builds them for
 * tests of controllers. It spares most of a build where GitHub can be reached.
 *
 * Checksums: `envtest-releases.yaml` of github.com/kubernetes-sigs/controller-tools at commit 434758187ddd.
 * Its newest release is one patch behind the pinned Kubernetes, which the version check allows.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import type { ProgramName } from './programs.ts';

export const envtestVersion = '1.36.2';
export const envtestPrograms: readonly ProgramName[] = ['etcd', 'kube-apiserver', 'kubectl'];

const connectMs = 10_000;
const silenceMs = 30_000;

/** The archives' names use Go's words. */
const goArch: Readonly<Record<string, string>> = { x64: 'amd64', ppc64: 'ppc64le' };

const sha512: Readonly<Record<string, string>> = {
  'darwin-amd64':
    'b4fe9f973cd1992e3880f8b230ed32c0c243b83371591e3e3315f4404df2cdbef8ee94eeb9bb245b7e5feb987d5c4a76c43e0877654ab73f00d7bbc2b9984514',
  'darwin-arm64':
    '9278f9e5af556b2f1f2d139769c1f0d717c7b4426917fdebdba898bcb725a916e4910d6160886194ff9be9589ea7c5c32c2b8ae0754703874b7c8ba8ddfc41ce',
  'linux-amd64':
    'ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08',
  'linux-arm64':
    '2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac',
  'linux-ppc64le':
    'ff3b84074f56121109c0063a467c900081dcaff725f51d70a0b32cee60038ef3f581257cf93327e98988cdbdeb4af12ac7a86267ce74817940b490fd53d7c1f0',
  'linux-s390x':
    'f28eaa0d67659bd8a5d5ff3980685559d01a4ab21b3774d2b8c46150c6019c18e3402a464d1d0c718e531ac94deba5f1354dbdfa35071b5b6e15505615ed6561',
};

export interface Archive {
  readonly url: string;
  readonly sha512: string;
}

/** The archive for a platform in Node's words; `undefined` when the project releases none. */
export function envtestArchive(platform: string, arch: string): Archive | undefined {
  const target = `${platform}-${goArch[arch] ?? arch}`;
  const sum = sha512[target];
  const base = 'https://github.com/kubernetes-sigs/controller-tools/releases/download';
  return sum === undefined
    ? undefined
    : { url: `${base}/envtest-v${envtestVersion}/envtest-v${envtestVersion}-${target}.tar.gz`, sha512: sum };
}

/** Downloads the archive, checks it, and puts its programs into `folder`. */
export async function unpackArchive(
  archive: Archive,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'envtest.tar.gz');
  await download(archive.url, file, signal);
  const sum = createHash('sha512');
  await pipeline(createReadStream(file), sum);
  if (sum.digest('hex') !== archive.sha512) {
    throw new Error(`${archive.url} does not have the pinned checksum`);
  }
  const members = envtestPrograms.map((name) => `controller-tools/envtest/${name}`);
  await promisify(execFile)('tar', ['-xzf', file, '-C', folder, '--strip-components=2', ...members]);
  await rm(file);
}

/** Redirects count towards the time to connect; then only silence is bounded, since a slow line is no fault. */
async function download(url: string, file: string, signal: AbortSignal | undefined): Promise<void> {
  const gaveUp = new AbortController();
  const limit = (ms: number, what: string): NodeJS.Timeout =>
    setTimeout(() => gaveUp.abort(new Error(`${new URL(url).host}: ${what} for ${ms / 1000} s`)), ms);
  let timer = limit(connectMs, 'no answer');
  try {
    const signals = signal === undefined ? [gaveUp.signal] : [gaveUp.signal, signal];
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) {
      throw new Error(`${url} answered ${response.status}`);
    }
    const body = Readable.fromWeb(response.body).on('data', () => {
      clearTimeout(timer);
      timer = limit(silenceMs, 'silent');
    });
    await pipeline(body, createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}
