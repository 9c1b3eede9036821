import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { envtestArchive } from './envtest-archive.ts';
import { etcdVersion, helmVersion, kubernetesVersion, programNames, programs } from './programs.ts';

function goMod(module: string): string {
  return readFileSync(join(process.cwd(), 'test', 'cluster', 'go', module, 'go.mod'), 'utf8');
}

describe('the Go modules', () => {
  it.each([
    ['kubernetes', 'k8s.io/kubernetes', kubernetesVersion],
    ['etcd', 'go.etcd.io/etcd/server/v3', etcdVersion],
    ['helm', 'helm.sh/helm/v4', helmVersion],
  ])('%s pins %s at the version that the code names', (folder, module, version) => {
    expect(goMod(folder)).toContain(`\t${module} v${version} `);
  });

  it('replace every staging module of Kubernetes by the same release', () => {
    const replaced = goMod('kubernetes').match(/^\tk8s\.io\/\S+ => .*$/gm) ?? [];
    expect(replaced).toHaveLength(31);
    const release = kubernetesVersion.replace(/^1\./, 'v0.');
    expect(replaced.filter((line) => !line.endsWith(` ${release}`))).toEqual([]);
  });

  it.each(programNames)('name the package of %s as a tool, so that go.sum covers its build', (name) => {
    const { module, package: path } = programs[name].build;
    expect(goMod(module)).toMatch(new RegExp(`^(tool |\t)${path}$`, 'm'));
  });
});

describe('the envtest release', () => {
  it.each([
    ['linux', 'x64', 'linux-amd64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['linux', 's390x', 'linux-s390x'],
    ['linux', 'ppc64', 'linux-ppc64le'],
    ['darwin', 'arm64', 'darwin-arm64'],
  ])('exists for %s %s', (platform, arch, target) => {
    const archive = envtestArchive(platform, arch);
    expect(archive?.url).toMatch(new RegExp(`/envtest-v([\\d.]+)/envtest-v\\1-${target}\\.tar\\.gz$`));
    expect(archive?.sha512).toMatch(/^[0-9a-f]{128}$/);
  });

  it('does not exist for others', () => {
    expect(envtestArchive('sunos', 'x64')).toBeUndefined();
  });
});
