import type { ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import { IbmCloudOperator } from '../../src/shell/operator.ts';

/** What subclasses may call. */
export class Exposed extends IbmCloudOperator {
  readonly verbs = {
    watch: async (plural: string) => this.watchResource('test.vpe-operator.io', 'v1', plural, async () => {}),
    uri: (group: string, namespace?: string) => this.getCustomResourceApiUri(group, 'v1', 'boxes', namespace),
    setStatus: async (meta: ResourceMeta, status: unknown) => this.setResourceStatus(meta, status),
    patchStatus: async (meta: ResourceMeta, status: unknown) => this.patchResourceStatus(meta, status),
    setFinalizers: async (meta: ResourceMeta, names: string[]) => this.setResourceFinalizers(meta, names),
    handleFinalizer: async (event: ResourceEvent, name: string, onDelete: () => Promise<void>) =>
      this.handleResourceFinalizer(event, name, onDelete),
    registerCrd: async () => this.registerCustomResourceDefinition(),
    /** Private to the base class. */
    queueLength: () => (this as unknown as { eventQueue: { length(): number } }).eventQueue.length(),
    coreApi: () => this.k8sApi,
  };
}
