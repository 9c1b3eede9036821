/** Specs of an EndpointGateway as drafts, by the names of a scene's things: ids are known once there is a scene. */
import fc from 'fast-check';

/** How a reference says what it means. */
export type Form = 'id' | 'name' | 'crn';

export interface Ref {
  readonly name: string;
  readonly by: Form;
}

export type IPDraft =
  | { readonly subnet: Ref; readonly autoDelete?: boolean }
  | { readonly subnet: Ref; readonly host: number; readonly name: string }
  | { readonly reserved: string; readonly by: 'id' | 'name' | 'name in subnet' };

export interface AutoDraft {
  readonly zones: 'All' | 'Nodes';
  readonly subnets?: readonly Ref[];
  readonly namePrefix?: string;
}

export type Target = 'key-protect' | 'object-storage';

export interface SpecDraft {
  readonly name: string | undefined;
  readonly vpcBy: Form;
  readonly target: Target;
  readonly targetBy: 'crn' | 'service';
  readonly resourceGroup: Ref | undefined;
  readonly groups: readonly Ref[] | undefined;
  /** Absent: not managed. */
  readonly addresses: readonly IPDraft[] | AutoDraft | undefined;
  readonly mode: 'Disabled' | 'Primary' | 'PerResourceBinding' | undefined;
  /** Buckets; of object storage only. */
  readonly bindings: readonly { readonly bucket: string; readonly name?: string }[] | undefined;
  readonly tags: readonly string[] | undefined;
  readonly accessTags: readonly string[] | undefined;
  readonly deletionPolicy: 'Delete' | 'Retain' | undefined;
}

/** The same in every spec of a script. */
export interface Policies {
  readonly recreatePolicy: 'Never' | 'WhenRequired';
  readonly adoptionPolicy: 'Never' | 'IfExists' | 'Required';
}

export const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const form = fc.constantFrom<Form>('id', 'name', 'crn');

const refs = (
  names: readonly string[],
  limits: { minLength: number; maxLength?: number },
): fc.Arbitrary<Ref[]> =>
  fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), by: form }), {
    ...limits,
    selector: ({ name }) => name,
  });

/** `phase` keeps names and addresses of one spec apart from those of another. */
function listed(phase: number): fc.Arbitrary<readonly IPDraft[]> {
  const ip = (zone: number): fc.Arbitrary<IPDraft | null> => {
    const subnet = fc.record({ name: fc.constantFrom(`a${zone}`, `b${zone}`), by: form });
    const reserved = fc.constant(`kept-${zone}`);
    return fc.option(
      fc.oneof(
        fc.record({ subnet, autoDelete: fc.boolean() }, { requiredKeys: ['subnet'] }),
        fc.record({ subnet, host: fc.constant(50 + phase), name: fc.constant(`ip-${phase}-${zone}`) }),
        fc.record({
          reserved,
          by: fc.constantFrom('id' as const, 'name' as const, 'name in subnet' as const),
        }),
      ),
    );
  };
  return fc.tuple(ip(1), ip(2), ip(3)).map((drafts) => drafts.filter((draft) => draft !== null));
}

const auto: fc.Arbitrary<AutoDraft> = fc.record(
  {
    zones: fc.constantFrom('All' as const, 'Nodes' as const),
    subnets: refs(['a1', 'b1', 'a2', 'b2', 'a3', 'b3'], { minLength: 1 }),
    namePrefix: fc.constant('auto'),
  },
  { requiredKeys: ['zones'] },
);

/** A name that another bucket's binding had is free only once that one has another. */
const bindings = (phase: number): fc.Arbitrary<NonNullable<SpecDraft['bindings']>> =>
  fc
    .uniqueArray(fc.record({ bucket: fc.constantFrom('logs', 'backup', 'media'), named: fc.boolean() }), {
      selector: ({ bucket }) => bucket,
    })
    .map((drafts) =>
      drafts.map(({ bucket, named }) => ({ bucket, ...(named && { name: `${bucket}-${phase}` }) })),
    );

/** What a target allows: only object storage has buckets, and a Primary gateway binds none (the schema says so). */
const sharing = (phase: number): fc.Arbitrary<Pick<SpecDraft, 'target' | 'mode' | 'bindings'>> =>
  fc.oneof(
    fc.record({
      target: fc.constant<Target>('key-protect'),
      mode: optional(fc.constantFrom('Disabled' as const, 'Primary' as const)),
      bindings: fc.constant(undefined),
    }),
    fc.record({
      target: fc.constant<Target>('object-storage'),
      mode: fc.constantFrom('Disabled' as const, 'PerResourceBinding' as const),
      bindings: optional(bindings(phase)),
    }),
    fc.record({
      target: fc.constant<Target>('object-storage'),
      mode: fc.constant('Primary' as const),
      bindings: fc.constant([]),
    }),
    fc.record({
      target: fc.constant<Target>('object-storage'),
      mode: fc.constant(undefined),
      bindings: fc.constant(undefined),
    }),
  );

export function specDraft(phase: number): fc.Arbitrary<SpecDraft> {
  const rest = fc.record({
    name: optional(fc.constantFrom('alpha', 'beta')),
    vpcBy: form,
    targetBy: fc.constantFrom('crn' as const, 'service' as const),
    resourceGroup: optional(fc.record({ name: fc.constantFrom('Default', 'networking'), by: form })),
    groups: optional(
      refs(
        [1, 2, 3, 4, 5, 6, 7].map((index) => `group-${index}`),
        { minLength: 1, maxLength: 5 },
      ),
    ),
    addresses: optional(fc.oneof(listed(phase), auto)),
    tags: optional(fc.uniqueArray(fc.constantFrom('env:prod', 'team:a', 'tier'))),
    accessTags: optional(fc.uniqueArray(fc.constantFrom('access:a', 'access:b'))),
    deletionPolicy: optional(fc.constantFrom('Delete' as const, 'Retain' as const)),
  });
  return fc.tuple(rest, sharing(phase)).map(([parts, shared]) => ({ ...parts, ...shared }));
}
