/** Which of several objects that name one instance manages it: the oldest, wherever it is (design §6). Pure. */
import type { Resource } from '../../../controller/kind.ts';
import type { Rival } from '../../../controller/objects.ts';
import { isObserved } from '../../../controller/management.ts';
import { guidOf } from '../instance.ts';
import type { Observed, PolicyResource } from '../observed.ts';

/** One that only looks needs nobody's leave, and is nobody's rival. */
export function olderRival(resource: PolicyResource, rivals: readonly Rival[]): Observed['rival'] {
  if (isObserved(resource)) {
    return undefined;
  }
  const guid = guidOf(resource.spec);
  const older = rivals
    .filter(({ resource: other, allows }) => {
      const { instance } = (other as PolicyResource).spec;
      return !isObserved(other) && allows.instance(guid, instance.crn ?? guid);
    })
    .map(({ resource: other }) => other)
    .toSorted(byPrecedence)
    .find((other) => byPrecedence(other, resource) < 0);
  return older && { namespace: older.metadata.namespace, name: older.metadata.name };
}

/** Whoever has a closing under way brings it to its end first: nobody else knows of it. */
function byPrecedence(a: Resource, b: Resource): number {
  const [first, second] = [a, b].map((one) => ((one as PolicyResource).status?.change === undefined ? 1 : 0));
  return (first ?? 0) - (second ?? 0) || byAge(a, b);
}

/** Times are whole seconds; among objects of one second the uid decides. */
function byAge({ metadata: a }: Resource, { metadata: b }: Resource): number {
  const [made, before] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  return made === before ? a.uid.localeCompare(b.uid) : made.localeCompare(before);
}
