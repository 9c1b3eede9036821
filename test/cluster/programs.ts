/**
 * The programs of the control plane: their pinned versions, which versions else will do, how each tells its
 * version, and from which module of `go/` it is built. The versions here and in the `go.mod` files are kept
 * equal by a test.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const kubernetesVersion = '1.36.3';
export const etcdVersion = '3.6.8';
export const helmVersion = '4.3.1';

export const programNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm'] as const;

export type ProgramName = (typeof programNames)[number];

export interface Program {
  /** Asks for the version without touching a cluster, a network or the home folder. */
  readonly versionArguments: readonly string[];
  /** The oldest version that will do; the chart supports Kubernetes 1.30 and later. */
  readonly oldest: string;
  readonly build: {
    /** The folder under `go/` whose `go.mod` pins it. */
    readonly module: string;
    readonly package: string;
    /** Variables that the linker sets, as `-X` takes them. */
    readonly variables: readonly string[];
  };
}

/** What they tell as their version, and what they name themselves in the audit log. */
const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
const [kubernetesMajor, kubernetesMinor] = kubernetesVersion.split('.');

function kubernetesProgram(name: ProgramName, versionArguments: readonly string[]): Program {
  return {
    versionArguments,
    oldest: '1.30.0',
    build: {
      module: 'kubernetes',
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: versionPackages.flatMap((path) => [
        `${path}.gitVersion=v${kubernetesVersion}`,
        `${path}.gitMajor=${kubernetesMajor}`,
        `${path}.gitMinor=${kubernetesMinor}`,
      ]),
    },
  };
}

export const programs: Readonly<Record<ProgramName, Program>> = {
  etcd: {
    versionArguments: ['--version'],
    oldest: '3.5.0',
    build: { module: 'etcd', package: 'go.etcd.io/etcd/server/v3', variables: [] },
  },
  'kube-apiserver': kubernetesProgram('kube-apiserver', ['--version']),
  'kube-controller-manager': kubernetesProgram('kube-controller-manager', ['--version']),
  kubectl: kubernetesProgram('kubectl', ['version', '--client']),
  helm: {
    versionArguments: ['version', '--short'],
    oldest: '4.0.0',
    build: {
      module: 'helm',
      package: 'helm.sh/helm/v4/cmd/helm',
      variables: [`helm.sh/helm/v4/internal/version.version=v${helmVersion}`],
    },
  },
};

/** Why the program at `path` will not do, as a sentence's end; `undefined` when it will. */
export async function refusal(name: ProgramName, path: string): Promise<string | undefined> {
  const { versionArguments, oldest } = programs[name];
  let output: string;
  try {
    output = (await promisify(execFile)(path, versionArguments, { timeout: 60_000 })).stdout;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is not there' : `does not run (${String(code ?? error)})`;
  }
  const version = /\d+\.\d+\.\d+/.exec(output)?.[0];
  if (version === undefined) {
    return `does not tell its version ("${output.trim().slice(0, 60)}")`;
  }
  return isOlder(version, oldest) ? `is ${version}, and ${oldest} is the oldest that will do` : undefined;
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}
