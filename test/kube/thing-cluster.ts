/** A real control plane that serves a small kind, and whom to ask about it. */
import { ApiextensionsV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { KubeError, type KubeErrorReason } from '../../src/kube/errors.ts';
import type { Draft, KubeObject, ResourceType } from '../../src/kube/object.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { until } from '../lib/until.ts';

export type Thing = KubeObject<
  { readonly size: number },
  { readonly phase?: string; readonly count?: number }
>;

const group = 'test.vpe-operator.io';
export const thingType: ResourceType = { group, version: 'v1', plural: 'things', kind: 'Thing' };
export const namespace = 'default';
export const userAgent = 'vpe-operator/0.0.0 (e2e)';

const events = { group: 'events.k8s.io', version: 'v1', plural: 'events', namespace };

const integer = { type: 'integer' };
const thingDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: integer } },
              status: { type: 'object', properties: { phase: { type: 'string' }, count: integer } },
            },
          },
        },
      },
    ],
  },
};

export class ThingCluster {
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
  /** Somebody else, for what the operator never does itself. */
  readonly others: CustomObjectsApi;
  readonly #definitions: ApiextensionsV1Api;

  private constructor(controlPlane: ControlPlane, kubeConfig: KubeConfig) {
    this.controlPlane = controlPlane;
    this.client = clientOf(kubeConfig);
    this.others = kubeConfig.makeApiClient(CustomObjectsApi);
    this.#definitions = kubeConfig.makeApiClient(ApiextensionsV1Api);
  }

  static async start(): Promise<ThingCluster> {
    const controlPlane = await startControlPlane();
    try {
      const kubeConfig = kubeConfigOf(controlPlane.kubeconfig);
      const cluster = new ThingCluster(controlPlane, kubeConfig);
      await cluster.#definitions.createCustomResourceDefinition({ body: thingDefinition });
      const signal = AbortSignal.timeout(60_000);
      await until(async () => cluster.client.list(thingType, { limit: 1 }, signal), {
        what: 'the things are served',
      });
      return cluster;
    } catch (error) {
      await controlPlane.stop();
      throw error;
    }
  }

  async make(name: string, finalizers: readonly string[] = []): Promise<Thing> {
    const draft: Draft<Thing> = {
      apiVersion: `${group}/v1`,
      kind: 'Thing',
      metadata: { namespace, name, finalizers },
      spec: { size: 1 },
    };
    return this.client.create(thingType, draft, AbortSignal.timeout(30_000));
  }

  async remove(name: string): Promise<void> {
    await this.others.deleteNamespacedCustomObject({
      group,
      version: 'v1',
      namespace,
      plural: 'things',
      name,
    });
  }

  async eventsAbout({ metadata }: Thing): Promise<unknown[]> {
    const list = (await this.others.listNamespacedCustomObject(events)) as {
      readonly items: readonly { readonly regarding: { readonly uid: string } }[];
    };
    return list.items.filter(({ regarding }) => regarding.uid === metadata.uid);
  }

  async removeEvents(): Promise<void> {
    await this.others.deleteCollectionNamespacedCustomObject(events);
  }

  /**
   * From now on things must not have names that begin so; those that have are stored already. It is a rule for the
   * object as a whole because one for a field would be waived where that field does not change (KEP-4008).
   */
  async outlaw(prefix: string): Promise<void> {
    const { name } = thingDefinition.metadata;
    const body = await this.#definitions.readCustomResourceDefinition({ name });
    const schema = body.spec.versions[0]?.schema?.openAPIV3Schema ?? { type: 'object' };
    schema.x_kubernetes_validations = [{ rule: `!self.metadata.name.startsWith('${prefix}')` }];
    await this.#definitions.replaceCustomResourceDefinition({ name, body });
    const probe = `${prefix}-probe`;
    const refused = async (): Promise<boolean> => {
      await this.make(probe);
      await this.remove(probe);
      return false;
    };
    await until(async () => refused().catch(isInvalid), { what: `names may not begin with ${prefix}` });
  }

  /** The client of a ServiceAccount that may do nothing. */
  async powerless(): Promise<KubeClient> {
    const account = { namespace, name: 'default' };
    const path = await until(async () => this.controlPlane.kubeconfigFor(account), {
      what: 'the ServiceAccount',
    });
    return clientOf(kubeConfigOf(path));
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof KubeError && error.reason === 'invalid';
}

function kubeConfigOf(path: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return kubeConfig;
}

function clientOf(kubeConfig: KubeConfig): KubeClient {
  return createKubeClient(kubeConfig, { userAgent, requestTimeoutMs: 30_000, clock: systemClock });
}

/** Throws when the call succeeds, or fails with anything but a KubeError. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ readonly reason: KubeErrorReason; readonly status: number | undefined }> {
  let cause: unknown;
  try {
    await call;
  } catch (error) {
    if (error instanceof KubeError) {
      return { reason: error.reason, status: error.status };
    }
    cause = error;
  }
  throw new Error('it was not refused', { cause });
}
