import { describe, expect, it } from '@jest/globals';

import type { Plan } from '../../../src/controller/kind.ts';
import type { Action } from '../../../src/kinds/endpoint-gateway/actions.ts';
import type { Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { plan } from '../../../src/kinds/endpoint-gateway/plan.ts';
import { planDeletion } from '../../../src/kinds/endpoint-gateway/plan/deletion.ts';
import {
  cosTarget,
  deleting,
  gateway,
  intent,
  ip,
  kmsTarget,
  noVpc,
  observed,
  observedNone,
  otherVpc,
  ownName,
  ownTag,
  resource,
  vpc,
} from './samples.ts';

/** The plan in a line: kinds of actions, or the plan's kind and reason. */
function inShort(planned: Plan<Action>): string {
  switch (planned.kind) {
    case 'act':
      return planned.actions.map(({ kind }) => kind).join(', ');
    case 'settled':
      return 'settled';
    default:
      return `${planned.kind} ${planned.reason}`;
  }
}

const collision = {
  id: 'r006-theirs',
  name: 'theirs',
  why: 'target',
  owner: undefined,
  claimed: false,
  platform: false,
  leaving: false,
} as const;

describe('plan', () => {
  it.each<[string, Observed, string]>([
    ['nothing there', observedNone(), 'CreateGateway, AttachTags'],
    ['an intent that is still open', observedNone({ intent }), 'wait CreateUnconfirmed'],
    [
      'an intent whose create did not happen',
      observedNone({ intent, createDidNotHappen: true }),
      'CreateGateway, AttachTags',
    ],
    ['absence not proven', observedNone({ absenceUnproven: true }), 'wait AbsenceUnproven'],
    [
      'absence not proven, VPC gone',
      observedNone({ absenceUnproven: true, ...noVpc }),
      'wait AbsenceUnproven',
    ],
    ['no such VPC', observedNone(noVpc), 'wait VPCNotFound'],
    ['a gateway of somebody else in the way', observedNone({ collision }), 'wait Collision'],
    [
      'a gateway of another cluster in the way',
      observedNone({ collision: { ...collision, owner: 'vpe-operator:there:uid' } }),
      'wait OwnedByAnother',
    ],
    ['as wanted', observed(), 'settled'],
    ['as wanted, tags not read', observed({ ownership: 'unread' }), 'settled'],
    ['not tagged yet', observed({ ownership: 'unclaimed' }), 'AttachTags'],
    ['tagged by another', observed({ ownership: 'other' }), 'stalled OwnedByAnother'],
    ['another name', observed({ gateway: gateway({ name: 'renamed' }) }), 'UpdateGateway'],
    [
      'another target',
      observed({ gateway: gateway({ target: { resource_type: 'provider_cloud_service', crn: cosTarget } }) }),
      'stalled RecreateRequired',
    ],
    ['another VPC', observed({ gateway: gateway({ vpc: otherVpc }) }), 'stalled RecreateRequired'],
    ['VPC gone from view', observed(noVpc), 'wait VPCNotFound'],
    [
      'another name, but still in the making',
      observed({ gateway: gateway({ name: 'renamed', lifecycle_state: 'updating' }) }),
      'wait Progressing',
    ],
    [
      'an address that is still being chosen',
      observed({ gateway: gateway({ ips: [ip('1', 'a1', '0.0.0.0')] }) }),
      'wait AddressAllocating',
    ],
    [
      'faulted, with a change to make',
      observed({ gateway: gateway({ name: 'renamed', health_state: 'faulted' }) }),
      'UpdateGateway',
    ],
    [
      'going away, not tagged',
      observed({ ownership: 'unclaimed', gateway: gateway({ lifecycle_state: 'deleting' }) }),
      'wait DeletedOutside',
    ],
    [
      'suspended, not tagged',
      observed({ ownership: 'unclaimed', gateway: gateway({ lifecycle_state: 'suspended' }) }),
      'AttachTags',
    ],
  ])('%s', (_, seen, expected) => {
    expect(inShort(plan(resource(), seen))).toBe(expected);
  });

  it('calls a collision stalled at once, and waits for one that is on its way out', () => {
    expect(plan(resource(), observedNone({ collision }))).toMatchObject({ pace: 'slow', stallsAfter: 1 });
    const leaving = plan(resource(), observedNone({ collision: { ...collision, leaving: true } }));
    expect(leaving).toMatchObject({ kind: 'wait', pace: 'changing' });
    expect(leaving).not.toHaveProperty('stallsAfter');
  });

  it('takes a VPC by name for the same as by id', () => {
    const byName = resource({ spec: { vpc: { name: vpc.name } } });
    expect(inShort(plan(byName, observed({}, byName)))).toBe('settled');
  });

  it('creates with everything in one call', () => {
    const spec = {
      name: 'mine',
      securityGroups: [{ id: 'sg-1' }, { id: 'sg-2' }],
      ips: [
        { subnet: { id: 'a1' } },
        { subnet: { id: 'a2' }, address: '10.0.0.9', name: 'two', autoDelete: false },
        { reservedIP: { id: 'rip-3' } },
      ],
    };
    const object = resource({ spec });
    expect(plan(object, observedNone({}, object))).toMatchObject({
      kind: 'act',
      actions: [
        {
          kind: 'CreateGateway',
          prototype: {
            name: 'mine',
            vpc: { id: vpc.id },
            target: { crn: kmsTarget, resource_type: 'provider_cloud_service' },
            security_groups: [{ id: 'sg-1' }, { id: 'sg-2' }],
            ips: [
              { subnet: { id: 'a1' }, auto_delete: true },
              { subnet: { id: 'a2' }, address: '10.0.0.9', name: 'two', auto_delete: false },
              { id: 'rip-3' },
            ],
          },
        },
        { kind: 'AttachTags', type: 'user', tags: [ownTag] },
      ],
    });
  });

  it('creates a gateway to an infrastructure service, with nothing that was not asked for', () => {
    const object = resource({ spec: { target: { infrastructure: 'ibm-ntp-server' } } });
    const planned = plan(object, observedNone({}, object));
    expect(planned).toMatchObject({
      actions: [
        {
          prototype: {
            name: expect.any(String),
            vpc: { id: vpc.id },
            target: { name: 'ibm-ntp-server', resource_type: 'provider_infrastructure_service' },
          },
        },
        {},
      ],
    });
    const prototype =
      planned.kind === 'act' && planned.actions[0]?.kind === 'CreateGateway' && planned.actions[0].prototype;
    expect(Object.keys(prototype || {})).toEqual(['name', 'vpc', 'target']);
  });

  it('does not touch what the spec does not speak of', () => {
    const seen = observed({
      gateway: gateway({
        ips: [ip('1', 'a1'), ip('2', 'a2')],
        security_groups: [{ id: 'sg-x', name: 'x' }],
      }),
    });
    expect(inShort(plan(resource(), seen))).toBe('settled');
  });

  it('leaves addresses alone while one of them is still being chosen', () => {
    const object = resource({ spec: { ips: [{ subnet: { id: 'a1' }, address: '10.0.0.9' }] } });
    const seen = observed({ gateway: gateway({ ips: [ip('1', 'a1', '0.0.0.0')] }) }, object);
    expect(inShort(plan(object, seen))).toBe('wait AddressAllocating');
  });

  it('pauses after every change that the cloud has to work on, and after no other', () => {
    const spec = { name: 'new', securityGroups: [{ id: 'sg-1' }], ips: [{ subnet: { id: 'a1' } }] };
    const object = resource({ spec });
    const seen = observed({ gateway: gateway({ ips: [ip('2', 'a2')] }) }, object);
    const planned = plan(object, seen);
    const pauses = planned.kind === 'act' ? planned.actions.map(({ pause }) => pause) : [];
    expect(pauses).toEqual([true, true, true, true, true]);
    const creation = plan(resource(), observedNone());
    expect(creation.kind === 'act' && creation.actions.map(({ pause }) => pause)).toEqual([false, false]);
  });
});

describe('planDeletion', () => {
  it.each<[string, Observed, string, string]>([
    ['nothing there', observedNone(), 'settled', 'settled'],
    ['absence not proven', observedNone({ absenceUnproven: true }), 'wait AbsenceUnproven', 'settled'],
    ['an open intent', observedNone({ intent }), 'wait CreateUnconfirmed', 'wait CreateUnconfirmed'],
    [
      'an intent that came to nothing',
      observedNone({ intent, createDidNotHappen: true }),
      'settled',
      'settled',
    ],
    ['the VPC is gone, too', observedNone(noVpc), 'settled', 'settled'],
    ['ours', observed(), 'DeleteGateway', 'DetachTags'],
    [
      'ours, not tagged any more',
      observed({ ownership: 'unclaimed', tags: { user: [], access: undefined } }),
      'DeleteGateway',
      'settled',
    ],
    ['somebody else’s by now', observed({ ownership: 'other' }), 'settled', 'settled'],
    [
      'ours, in the making',
      observed({ gateway: gateway({ lifecycle_state: 'pending' }) }),
      'DeleteGateway',
      'DetachTags',
    ],
    [
      'on its way out',
      observed({ gateway: gateway({ lifecycle_state: 'deleting' }) }),
      'wait Deleting',
      'DetachTags',
    ],
    [
      'suspended by IBM',
      observed({ gateway: gateway({ lifecycle_state: 'suspended' }) }),
      'stalled SuspendedByProvider',
      'DetachTags',
    ],
    ['a collision that no longer matters', observedNone({ collision }), 'settled', 'settled'],
  ])('%s', (_, seen, byDefault, retained) => {
    expect(inShort(planDeletion(resource({ metadata: deleting }), seen))).toBe(byDefault);
    const retain = resource({ metadata: deleting, spec: { deletionPolicy: 'Retain' } });
    expect(inShort(planDeletion(retain, seen))).toBe(retained);
  });

  it('deletes by name, and detaches no tag but ours', () => {
    const retain = resource({ metadata: deleting, spec: { deletionPolicy: 'Retain' } });
    const seen = observed({ tags: { user: ['team:a', ownTag], access: undefined } });
    expect(planDeletion(retain, seen)).toMatchObject({ actions: [{ kind: 'DetachTags', tags: [ownTag] }] });
    expect(planDeletion(resource({ metadata: deleting }), seen)).toMatchObject({
      actions: [{ kind: 'DeleteGateway', sentence: `delete gateway ${ownName}` }],
    });
  });
});
