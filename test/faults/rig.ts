/** What all cases share: one control plane with the operator's CRDs and rules, one watch, one certificate. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiException, CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';

import { createCertificates, type Certificates } from '../cloud/certificate.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { ensureBuilt } from '../harness/build.ts';
import { type GatewayWatch, watchGateways } from '../harness/gateway-watch.ts';
import { install, operatorAccount } from '../harness/install.ts';
import { makeTetheredFolder } from '../lib/tether.ts';
import type { Recording } from './walk.ts';
import type { ResourceType } from '../../src/kube/object.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';

export interface RigOptions {
  /** The folder whose `dist/main.js` is the operator; this repository when absent. */
  readonly operatorRoot?: string;
  readonly signal?: AbortSignal;
}

export interface Rig {
  readonly plane: ControlPlane;
  readonly admin: Admin;
  readonly watch: GatewayWatch;
  readonly certificates: Certificates;
  readonly caFile: string;
  /** Of the API server, in PEM. */
  readonly apiServerCa: string;
  readonly operatorToken: string;
  readonly folder: string;
  readonly operatorRoot: string | undefined;
  /** Clean runs that were recorded in it, by what they were runs of. */
  readonly recordings: Map<string, Promise<Recording>>;
  /** Opens the watch again, which would take its time after its server was gone. */
  watchAnew(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRig({ operatorRoot, signal }: RigOptions = {}): Promise<Rig> {
  await ensureBuilt();
  await using starting = new AsyncDisposableStack();
  const plane = await startControlPlane(signal === undefined ? {} : { signal });
  starting.defer(async () => plane.stop());
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-faults-'));
  starting.defer(async () => folder.remove());
  const operator = new KubeConfig();
  operator.loadFromFile(await install(plane));
  const certificates = await createCertificates('CA of the fault proxies');
  const caFile = join(folder.path, 'ca.pem');
  await writeFile(caFile, certificates.caPem);
  let watch = watchGateways(plane.kubeconfig, () => undefined);
  starting.defer(async () => watch.stop());
  const running = starting.move();
  return {
    plane,
    admin: new Admin(plane.kubeconfig),
    get watch() {
      return watch;
    },
    certificates,
    caFile,
    apiServerCa: Buffer.from(operator.getCurrentCluster()?.caData ?? '', 'base64').toString('utf8'),
    operatorToken: operator.getCurrentUser()?.token ?? '',
    folder: folder.path,
    operatorRoot,
    recordings: new Map(),
    async watchAnew() {
      await watch.stop();
      watch = watchGateways(plane.kubeconfig, () => undefined);
    },
    stop: async () => running.disposeAsync(),
  };
}

const gateways = collectionOf(endpointGatewayType);

function collectionOf({
  group,
  version,
  plural,
}: ResourceType): Pick<ResourceType, 'group' | 'version' | 'plural'> {
  return { group, version, plural };
}

/** Somebody who may do everything in the cluster. Their requests pass no proxy. */
export class Admin {
  readonly #core: CoreV1Api;
  readonly #objects: CustomObjectsApi;
  readonly #kubeConfig = new KubeConfig();

  constructor(kubeconfig: string) {
    this.#kubeConfig.loadFromFile(kubeconfig);
    this.#core = this.#kubeConfig.makeApiClient(CoreV1Api);
    this.#objects = this.#kubeConfig.makeApiClient(CustomObjectsApi);
  }

  async createNamespace(name: string): Promise<void> {
    await this.#core.createNamespace({ body: { metadata: { name } } });
  }

  async create(namespace: string, body: object, type: ResourceType = endpointGatewayType): Promise<void> {
    await this.#objects.createNamespacedCustomObject({ ...collectionOf(type), namespace, body });
  }

  async read<T>(namespace: string, name: string, type: ResourceType): Promise<T> {
    return (await this.#objects.getNamespacedCustomObject({ ...collectionOf(type), namespace, name })) as T;
  }

  /** A JSON patch (RFC 6902). Returns the generation that the object then has. */
  async patch(namespace: string, name: string, body: readonly object[]): Promise<number> {
    const patched = (await this.#objects.patchNamespacedCustomObject({
      ...gateways,
      namespace,
      name,
      body,
    })) as { readonly metadata: { readonly generation: number } };
    return patched.metadata.generation;
  }

  /** A JSON patch (RFC 6902) of the status. Returns the version that the object then has. */
  async patchStatus(namespace: string, name: string, body: readonly object[]): Promise<string> {
    const place = { ...gateways, namespace, name };
    const patched = (await this.#objects.patchNamespacedCustomObjectStatus({ ...place, body })) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    return patched.metadata.resourceVersion;
  }

  async delete(namespace: string, name: string): Promise<void> {
    await this.#objects.deleteNamespacedCustomObject({ ...gateways, namespace, name });
  }

  /** Takes the Lease, if there is one, from whoever holds it: what a killed holder leaves is valid for a while. */
  async freeLease(name: string): Promise<void> {
    const lease = {
      group: 'coordination.k8s.io',
      version: 'v1',
      plural: 'leases',
      namespace: operatorAccount.namespace,
      name,
    };
    const body = [{ op: 'add', path: '/spec/holderIdentity', value: '' }];
    try {
      await this.#objects.patchNamespacedCustomObject({ ...lease, body });
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 404) {
        throw error;
      }
    }
  }
}
