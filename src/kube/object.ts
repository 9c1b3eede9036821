/**
 * Kubernetes objects as this program sees them: plain JSON, read-only by type, always namespaced.
 * Times stay the strings that the API server sent.
 */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** `metadata.managedFields` is dropped when an object is read: it is the larger half of most, and nobody asks. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What every object has, whatever else it holds; an Event, for one, has no spec. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface KubeObject<Spec = unknown, Status = unknown> extends ApiObject {
  readonly spec: Spec;
  readonly status?: Status;
}

/** An object that the API server has not seen yet. */
export type Draft<T extends ApiObject> = Omit<T, 'metadata'> & {
  readonly metadata: Partial<ObjectMeta> & Pick<ObjectMeta, 'name' | 'namespace'>;
};

/** `namespace/name`: the unit of work and of every cache. */
export type Key = string;

/** Where objects of a type are listed and watched: one namespace, or all (`undefined`). */
export type Scope = string | undefined;

export function keyOf(object: {
  readonly metadata: { readonly namespace: string; readonly name: string };
}): Key {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

export function splitKey(key: Key): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The URL path under which the objects of a type lie; without a namespace, those of all namespaces. */
export function collectionPath({ group, version, plural }: ResourceType, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

/** Drops what `ObjectMeta` promises to drop. */
export function slim<T extends ApiObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as ObjectMeta & { managedFields?: unknown };
  return { ...object, metadata };
}

/**
 * Orders two resource versions of one resource type. They are decimal numbers that grow with every write:
 * promised to clients by KEP-5504 and true of every kube-apiserver before it. They outgrow a double.
 */
export function compareVersions(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** A `metav1.MicroTime`, which is read and written with six fractional digits. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
