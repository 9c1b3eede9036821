import { createHash } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { lookUpProcess } from '../lib/process-table.ts';
import { until } from '../lib/until.ts';
import type { Archive } from './envtest-archive.ts';
import { allIn, built, makeMachine, put, putGo, putScript, type Machine } from './fake-programs.ts';
import { findPrograms, type ProgramPaths } from './find-programs.ts';
import { programNames, type ProgramName } from './programs.ts';

/** Nothing listens there, and nothing can be started by accident: port 1 is privileged. */
const unreachable: Archive = { url: 'http://127.0.0.1:1/envtest.tar.gz', sha512: '' };

// Every wait has a deadline of its own.
jest.setTimeout(60_000);

let machine: Machine;
let folder: string;
let assets: string;
let cache: string;
let environment: NodeJS.ProcessEnv;
let progress: string[];

beforeEach(() => {
  machine = makeMachine();
  ({ folder, assets, cache, environment } = machine);
  progress = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function find(archive = unreachable, signal?: AbortSignal): Promise<ProgramPaths> {
  return findPrograms({ environment, archive, signal, onProgress: (line) => progress.push(line) });
}

/** What the cache holds, half-made things included. */
function cached(): string[] {
  return readdirSync(cache).toSorted();
}

describe('what is on this machine', () => {
  it('is taken from KUBEBUILDER_ASSETS before the cache', async () => {
    environment['KUBEBUILDER_ASSETS'] = assets;
    put(assets, programNames);
    put(cache, programNames);
    expect(await find()).toEqual(allIn(assets));
    expect(progress).toEqual([]);
  });

  it('is taken program by program', async () => {
    environment['KUBEBUILDER_ASSETS'] = assets;
    put(assets, ['etcd', 'kube-apiserver', 'kubectl']);
    put(cache, programNames);
    expect(await find()).toEqual({
      ...allIn(assets),
      'kube-controller-manager': join(cache, 'kube-controller-manager'),
      helm: join(cache, 'helm'),
    });
  });

  it.each<[ProgramName, string, RegExp]>([
    ['kube-apiserver', 'Kubernetes v1.29.14', /kube-apiserver is 1\.29\.14, and 1\.30\.0 is the oldest/],
    ['etcd', 'etcd Version: 3.4.9', /etcd is 3\.4\.9/],
    ['helm', 'v3.19.0', /helm is 3\.19\.0/],
    ['kubectl', 'who knows', /kubectl does not tell its version \("who knows"\)/],
  ])('is passed over, and said so, when %s tells "%s"', async (name, version, line) => {
    environment['KUBEBUILDER_ASSETS'] = assets;
    put(assets, programNames, { [name]: version });
    put(cache, programNames);
    expect(await find()).toEqual({ ...allIn(assets), [name]: join(cache, name) });
    expect(progress).toEqual([expect.stringMatching(line)]);
  });

  it('is passed over when it does not run', async () => {
    put(cache, programNames);
    putScript(join(cache, 'helm'), 'exit 3');
    putGo(machine);
    expect(await find()).toEqual(allIn(cache));
    expect(built(machine)).toEqual(['helm']);
  });
});

describe('the envtest release', () => {
  let server: Server;
  let file: string;
  let archive: Archive;

  beforeEach(async () => {
    const content = join(folder, 'controller-tools', 'envtest');
    mkdirSync(content, { recursive: true });
    put(content, ['etcd', 'kube-apiserver', 'kubectl'], { 'kube-apiserver': 'Kubernetes v1.36.2' });
    file = join(folder, 'envtest.tar.gz');
    execFileSync('tar', ['-czf', file, '-C', folder, 'controller-tools']);
    server = createServer((_request, response) => response.end(readFileSync(file)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    archive = {
      url: `http://127.0.0.1:${port}/envtest.tar.gz`,
      sha512: createHash('sha512').update(readFileSync(file)).digest('hex'),
    };
  });

  afterEach(() => {
    server.close();
  });

  it('gives its three programs, and Go the others, into the cache', async () => {
    putGo(machine);
    expect(await find(archive)).toEqual(allIn(cache));
    expect(built(machine)).toEqual(['kube-controller-manager', 'helm']);
    expect(cached()).toEqual([...programNames].toSorted());
    expect(progress.filter((line) => line.endsWith('…'))).toEqual([
      'downloading etcd, kube-apiserver, kubectl (envtest 1.36.2) …',
      'building kube-controller-manager with Go (once per machine) …',
      'building helm with Go (once per machine) …',
    ]);
  });

  it('is not asked when only others are missing', async () => {
    put(cache, ['etcd', 'kube-apiserver', 'kubectl']);
    putGo(machine);
    await find(archive);
    expect(progress.join('\n')).not.toContain('downloading');
  });

  it('is not used when its checksum is another', async () => {
    putGo(machine);
    await find({ ...archive, sha512: 'f'.repeat(128) });
    expect(progress).toContainEqual(expect.stringContaining('does not have the pinned checksum'));
    expect(built(machine)).toEqual([...programNames]);
  });

  it('is not used when the server refuses', async () => {
    server.removeAllListeners('request');
    server.on('request', (_request, response) => response.writeHead(404).end());
    putGo(machine);
    await find(archive);
    expect(progress).toContainEqual(expect.stringMatching(/cannot be had: .* answered 404/));
    expect(built(machine)).toEqual([...programNames]);
  });
});

describe('a build', () => {
  it('fills the cache, so that the next search needs neither Go nor a network', async () => {
    putGo(machine);
    expect(await find()).toEqual(allIn(cache));
    rmSync(join(machine.path, 'go'));
    progress = [];
    expect(await find()).toEqual(allIn(cache));
    expect(progress).toEqual([]);
  });

  it('is made once when two need it at the same time; the second says that it waits', async () => {
    putGo(machine, 'sleep 0.1');
    expect(await Promise.all([find(), find()])).toEqual([allIn(cache), allIn(cache)]);
    expect(built(machine)).toEqual([...programNames]);
    expect(progress.filter((line) => /^waiting for another process .* …$/.test(line))).toHaveLength(1);
  });

  it('goes on after a lock whose holder is long gone, and clears up after it', async () => {
    const lock = join(cache, '.lock');
    writeFileSync(lock, '');
    execFileSync('touch', ['-t', '202001010000', lock]);
    mkdirSync(join(cache, '.making-abcdef'));
    putGo(machine);
    expect(await find()).toEqual(allIn(cache));
    expect(cached()).toEqual([...programNames].toSorted());
  });

  it('leaves nothing half-made when it is aborted', async () => {
    putGo(machine, 'sleep 60');
    const abort = new AbortController();
    const finding = find(unreachable, abort.signal);
    await until(() => built(machine).length === 1, { what: 'the build begins' });
    abort.abort();
    await expect(finding).rejects.toThrow(/abort/i);
    expect(cached()).toEqual([]);
  });

  it('leaves nothing half-made, and nothing running, when its process is killed', async () => {
    putGo(machine, `sleep 60 & echo "$$ $!" >"${folder}/pids"; wait`);
    const module = JSON.stringify(join(process.cwd(), 'test', 'cluster', 'find-programs.ts'));
    const options = `{ archive: ${JSON.stringify(unreachable)}, onProgress: () => undefined }`;
    const script = `import { findPrograms } from ${module}; await findPrograms(${options});`;
    const finder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: environment,
      stdio: 'ignore',
    });
    const pids = join(folder, 'pids');
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n'), {
      what: 'the build begins',
    });
    finder.kill('SIGKILL');
    await until(() => cached().length === 0, { what: 'lock and temporary folder are gone' });
    const builders = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    const ended = (): boolean => builders.every((pid) => lookUpProcess(pid) === undefined);
    expect(await until(ended, { what: 'Go and what it started are gone' })).toBe(true);
  });
});

describe('the error', () => {
  it('is one, and says what to install or set, when there is no Go and no network', async () => {
    put(cache, ['etcd', 'kube-apiserver']);
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect((error as Error).message.split('\n')).toEqual([
      'the control plane needs kube-controller-manager, kubectl, helm, which could neither be found nor made:',
      '  - KUBEBUILDER_ASSETS is not set',
      expect.stringMatching(/^ {2}- envtest release: fetch failed/),
      '  - Go: there is no go on the PATH',
      `  - nothing fitting in the cache ${cache}`,
      'Install Go (https://go.dev/dl/) and let it reach a module proxy (GOPROXY), or set KUBEBUILDER_ASSETS to a ' +
        'folder that holds these programs.',
    ]);
    expect(cached()).toEqual(['etcd', 'kube-apiserver']);
  });

  it("holds the end of Go's own words when a build fails", async () => {
    putGo(machine, 'echo "dial tcp: lookup modules.example: no such host" >&2; exit 1');
    await expect(find()).rejects.toThrow(
      /Go: go build of etcd failed:\n +dial tcp: lookup modules\.example: no such host/,
    );
    expect(built(machine)).toEqual(['etcd']);
  });

  it('comes when Go builds something else than was asked for', async () => {
    putGo(machine, 'printf "#!/bin/sh\\necho v0.0.1\\n" >"$2"; chmod +x "$2"; exit 0');
    await expect(find()).rejects.toThrow(/Go: etcd is 0\.0\.1/);
    expect(cached()).toEqual([]);
  });
});
