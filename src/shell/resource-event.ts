import { ResourceEventType, type ResourceEvent } from '@dot-i/k8s-operator';
import type { Resource } from '../controller/kind.ts';
import type { Change } from '../kube/store.ts';

/** A change in the base class's terms. Handlers take the key from it and nothing else. */
export function resourceEvent({ previous, current }: Change<Resource>, plural: string): ResourceEvent {
  const object = current ?? previous;
  if (object === undefined) {
    throw new Error('a change without an object');
  }
  const { name, namespace, resourceVersion } = object.metadata;
  const id = `${plural}.${object.apiVersion}`;
  const meta = { id, name, namespace, resourceVersion, apiVersion: object.apiVersion, kind: object.kind };
  return { meta, type: typeOf(previous, current), object: object as unknown as ResourceEvent['object'] };
}

function typeOf(previous: unknown, current: unknown): ResourceEventType {
  if (current === undefined) {
    return ResourceEventType.Deleted;
  }
  return previous === undefined ? ResourceEventType.Added : ResourceEventType.Modified;
}
