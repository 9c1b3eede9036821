/**
 * Scripts of what may happen to an EndpointGateway: a first spec, what others and accidents do, a second spec, the end.
 */
import fc from 'fast-check';

import { optional, type Policies, type Ref, type SpecDraft, specDraft } from './script-draft.ts';
import { type Disturbance, disturbances } from './script-strangers.ts';

/** Whose answers may get lost: writes of every kind, and what is read before them. */
const lossy = [
  'create_endpoint_gateway',
  'attach_tag',
  'detach_tag',
  'update_endpoint_gateway',
  'create_subnet_reserved_ip',
  'add_endpoint_gateway_ip',
  'remove_endpoint_gateway_ip',
  'update_subnet_reserved_ip',
  'create_security_group_target_binding',
  'delete_security_group_target_binding',
  'create_endpoint_gateway_resource_binding',
  'delete_endpoint_gateway_resource_binding',
  'delete_endpoint_gateway',
  'list_endpoint_gateways',
  'list_tags',
] as const;

export interface Script extends Policies {
  readonly first: SpecDraft;
  readonly second: SpecDraft;
  /** A gateway to the first spec's target is there: nobody's, with addresses in so many zones. */
  readonly present: { readonly zones: number } | undefined;
  readonly disturbed: readonly Disturbance[];
  /** What befalls the object while its passes are still at work, after so many of them. */
  readonly meanwhile: { readonly after: number; readonly what: Disturbance } | undefined;
  readonly lost: readonly (typeof lossy)[number][];
  /** Whether what got lost was the answer, or the call. */
  readonly committed: boolean;
}

export const scripts: fc.Arbitrary<Script> = fc
  .record({
    first: specDraft(1),
    second: specDraft(2),
    recreatePolicy: fc.constantFrom('Never' as const, 'WhenRequired' as const),
    present: optional(fc.record({ zones: fc.integer({ min: 0, max: 3 }) })),
    adoptionPolicy: fc.constantFrom('Never' as const, 'IfExists' as const, 'Required' as const),
    disturbed: fc
      .uniqueArray(fc.constantFrom(...disturbances), { maxLength: 4 })
      // With neither status nor tag, nothing tells that the gateway was ever ours.
      .filter((some) => !(some.includes('untag') && some.includes('wipe status'))),
    meanwhile: optional(
      fc.record({
        after: fc.integer({ min: 1, max: 6 }),
        what: fc.constantFrom<Disturbance>('restart', 'restart', 'rename', 'attach group', 'delete', 'tag'),
      }),
    ),
    lost: fc.uniqueArray(fc.constantFrom(...lossy), { maxLength: 2 }),
    committed: fc.boolean(),
  })
  .map(possible);

/**
 * What cannot be changed stays, unless the gateway may be made anew: that needs an edit of a spec that is known to have
 * been met, and never befalls what was there before and does not fit. Required never makes one.
 */
function possible(script: Script): Script {
  const { first, second, present, disturbed, recreatePolicy } = script;
  const adoptionPolicy = adoptable(script);
  const { target, mode, bindings } = first;
  const defaultGroup: Ref = { name: 'Default', by: 'name' };
  const resourceGroup = present === undefined ? (first.resourceGroup ?? defaultGroup) : defaultGroup;
  const mayBeReplaced =
    recreatePolicy === 'WhenRequired' && adoptionPolicy !== 'Required' && !disturbed.includes('wipe status');
  return {
    ...script,
    adoptionPolicy,
    first: { ...first, resourceGroup },
    second: {
      ...second,
      ...(!mayBeReplaced && {
        resourceGroup: { ...resourceGroup, by: second.vpcBy },
        ...(second.target !== target && { target, mode, bindings }),
      }),
    },
  };
}

function adoptable({ present, adoptionPolicy, disturbed, meanwhile }: Script): Script['adoptionPolicy'] {
  const isThere = present !== undefined && ![...disturbed, meanwhile?.what].includes('delete');
  return adoptionPolicy === 'Required' && !isThere ? 'IfExists' : adoptionPolicy;
}
