/** What the user is told of each state that the VPC API reports (design §5.3), and which events decisions give. */
import { describe, expect, it, test } from '@jest/globals';

import type { EndpointGateway } from '../../../src/cloud/vpc-types.ts';
import { findCondition } from '../../../src/controller/conditions.ts';
import { passEvents } from '../../../src/controller/events.ts';
import { requeueOf, type Verdict, verdictOfPlan } from '../../../src/controller/outcome.ts';
import { composeStatus } from '../../../src/controller/status.ts';
import type { Resource } from '../../../src/controller/kind.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import { lifecycleOf } from '../../../src/kinds/endpoint-gateway/lifecycle.ts';
import { gatewayLists } from '../../../src/kinds/endpoint-gateway/report/lists.ts';
import type { EndpointGatewayStatus } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { report, resource } from '../../controller/samples.ts';

interface Shown {
  readonly codes?: readonly string[];
  readonly health?: string;
}

/** Each code comes with the words `because <code>`. */
function gatewayIn(lifecycle_state: string, { codes = [], health = 'ok' }: Shown = {}): EndpointGateway {
  const reference = { id: 'r006-1', name: 'partner-db' };
  return {
    ...reference,
    crn: 'crn:v1:bluemix:public:is:us-south:a/0123456789abcdef0123456789abcdef::endpoint-gateway:r006-1',
    created_at: '2026-01-05T11:00:00Z',
    health_state: health,
    ips: [],
    lifecycle_reasons: codes.map((code) => ({ code, message: `because ${code}` })),
    lifecycle_state,
    resource_group: reference,
    security_groups: [],
    service_endpoints: [],
    target: { resource_type: 'private_path_service_gateway' },
    vpc: reference,
  };
}

function verdictOf(gateway: EndpointGateway): Verdict {
  return verdictOfPlan(lifecycleOf(gateway).plan);
}

/** What the object's status shows, after so many passes that came to the same. */
function statusOf(gateway: EndpointGateway, attempts = 1, before: Resource = resource()): Resource {
  const { state } = lifecycleOf(gateway);
  const { id, lifecycle_state: lifecycleState } = gateway;
  const fields: Partial<EndpointGatewayStatus> = {
    id,
    target: 'offer',
    lifecycleState,
    ...gatewayLists(gateway),
  };
  const concluded = { verdict: verdictOf(gateway), attempts, report: report({ state, fields }), nowMs: 0 };
  return { ...before, status: composeStatus(before, before.status ?? {}, concluded) };
}

/** `state; Ready status reason; Reconciling or Stalled; when it is looked at again` */
function shown(gateway: EndpointGateway, attempts = 1): string {
  const { status } = statusOf(gateway, attempts);
  const ready = findCondition(status?.conditions, 'Ready');
  const beside = ['Reconciling', 'Stalled'].filter((type) => findCondition(status?.conditions, type));
  const pace = requeueOf(verdictOf(gateway), attempts)?.pace ?? 'settled';
  return [status?.state, `${ready?.status} ${ready?.reason}`, ...beside, pace].join('; ');
}

function messageOf(gateway: EndpointGateway): string | undefined {
  return findCondition(statusOf(gateway).status?.conditions, 'Ready')?.message;
}

describe('the state table (design §5.3)', () => {
  it.each<[string, Shown, string]>([
    ['pending', {}, 'Pending; False Progressing; Reconciling; changing'],
    ['waiting', {}, 'Waiting; False Progressing; Reconciling; changing'],
    ['updating', {}, 'Updating; False Progressing; Reconciling; changing'],
    ...(['pending', 'waiting', 'updating'] as const).flatMap<[string, Shown, string]>((state) => [
      [state, { codes: ['access_pending'] }, 'Pending; False AwaitingAcceptance; Reconciling; slow'],
      [
        state,
        { codes: ['dns_resolution_binding_pending'] },
        'Waiting; False DNSBindingPending; Reconciling; changing',
      ],
    ]),
    ['stable', {}, 'Stable; True Succeeded; settled'],
    ['stable', { health: 'inapplicable' }, 'Stable; True Succeeded; settled'],
    ['stable', { health: 'degraded' }, 'Stable; True Succeeded; settled'],
    ['stable', { health: 'a word never seen' }, 'Stable; True Succeeded; settled'],
    ['stable', { health: 'faulted' }, 'Stable; False Faulted; Reconciling; slow'],
    ['failed', {}, 'Failed; False Failed; Stalled; terminal'],
    ['failed', { codes: ['internal_error'] }, 'Failed; False Failed; Reconciling; terminal'],
    ['suspended', {}, 'Suspended; False SuspendedByProvider; Stalled; terminal'],
    ['deleting', {}, 'Deleting; False DeletedOutside; Reconciling; changing'],
    ['hibernating', {}, 'Unknown; Unknown UnknownLifecycleState; Reconciling; slow'],
  ])('%s %j', (state, more, expected) => {
    expect(shown(gatewayIn(state, more))).toBe(expected);
  });

  it.each<[string, string]>([
    ['access_denied', 'Failed; False AccessDeniedByProvider; Stalled; terminal'],
    ['access_expired', 'Failed; False AccessExpired; Stalled; terminal'],
    ['resource_suspended_by_provider', 'Suspended; False SuspendedByProvider; Stalled; terminal'],
  ])('%s, whatever the state that goes with it, but for deleting', (code, expected) => {
    for (const state of ['pending', 'waiting', 'updating', 'stable', 'failed', 'suspended', 'hibernating']) {
      const isSuspension = state === 'suspended' && code !== 'resource_suspended_by_provider';
      expect(shown(gatewayIn(state, { codes: [code] }))).toBe(
        isSuspension ? 'Suspended; False SuspendedByProvider; Stalled; terminal' : expected,
      );
    }
    expect(shown(gatewayIn('deleting', { codes: [code] }))).toContain('DeletedOutside');
  });

  it.each<[string, string, string]>([
    ['pending', 'access_pending', 'Pending; False AwaitingAcceptance; Reconciling; slow'],
    ['failed', 'access_denied', 'Failed; False AccessDeniedByProvider; Stalled; terminal'],
    ['failed', 'internal_error', 'Failed; False Failed; Reconciling; terminal'],
    ['stable', 'ok', 'Stable; True Succeeded; settled'],
  ])('sees past codes that are new: %s, %s', (state, code, expected) => {
    const around = ['some_new_code', code, 'another_new_code'];
    expect(shown(gatewayIn(state, { codes: around }))).toBe(expected);
  });

  it.each<[string, string]>([
    ['pending', 'Pending; False Progressing; Reconciling; changing'],
    ['stable', 'Stable; True Succeeded; settled'],
    ['failed', 'Failed; False Failed; Stalled; terminal'],
    ['hibernating', 'Unknown; Unknown UnknownLifecycleState; Reconciling; slow'],
  ])('goes by the state where no code is known: %s', (state, expected) => {
    expect(shown(gatewayIn(state, { codes: ['some_new_code'] }))).toBe(expected);
  });

  it('has a deadline for what may heal by itself', () => {
    const faulted = gatewayIn('stable', { health: 'faulted' });
    const broken = gatewayIn('failed', { codes: ['internal_error'] });
    expect(shown(faulted, 7)).toContain('Reconciling');
    expect(shown(faulted, 8)).toBe('Stable; False Faulted; Stalled; slow');
    expect(shown(broken, 2)).toContain('Reconciling');
    expect(shown(broken, 3)).toBe('Failed; False Failed; Stalled; terminal');
  });

  it('lets changes be made to what works or is faulted, and to nothing else', () => {
    const states = ['pending', 'waiting', 'updating', 'stable', 'failed', 'suspended', 'deleting', 'new'];
    const usable = states.filter((state) => lifecycleOf(gatewayIn(state)).access === 'usable');
    expect(usable).toEqual(['stable']);
    expect(lifecycleOf(gatewayIn('stable', { health: 'faulted' })).access).toBe('usable');
    expect(lifecycleOf(gatewayIn('stable', { codes: ['access_denied'] })).access).toBe('leave');
  });
});

describe('the message', () => {
  it.each<[string, Shown, string]>([
    [
      'pending',
      { codes: ['access_pending'] },
      'Since 2026-01-05 the provider of the Private Path service has not decided whether it permits the access that account 0123456789abcdef0123456789abcdef requested; ask the provider if this takes long, since a request that nobody decides expires. IBM says: because access_pending',
    ],
    [
      'failed',
      { codes: ['access_denied'] },
      'The provider of the Private Path service denied the request for access, or took back what it had permitted. This gateway cannot ask again: agree with the provider, then delete this object and create it again, which makes a new request. IBM says: because access_denied',
    ],
    [
      'failed',
      { codes: ['access_expired'] },
      'The provider of the Private Path service did not decide in time about the request of 2026-01-05. This gateway cannot ask again: agree with the provider, then delete this object and create it again, which makes a new request. IBM says: because access_expired',
    ],
    [
      'suspended',
      { codes: ['resource_suspended_by_provider'] },
      'IBM suspended the gateway: it can be neither used, changed nor deleted until IBM lifts this; contact IBM support. IBM says: because resource_suspended_by_provider',
    ],
    [
      'updating',
      { codes: ['dns_resolution_binding_pending'] },
      'DNS sharing is still being set up. IBM says: because dns_resolution_binding_pending',
    ],
    [
      'failed',
      { codes: ['internal_error'] },
      'IBM Cloud failed by an error of its own; contact IBM support if it lasts. IBM says: because internal_error',
    ],
    ['failed', {}, 'The gateway failed, and the VPC API gives no reason'],
    ['failed', { codes: ['some_new_code'] }, 'The gateway failed. IBM says: because some_new_code'],
    [
      'stable',
      { health: 'faulted' },
      'The gateway is stable, but the VPC API reports its health as faulted: unreachable or not working',
    ],
    ['updating', {}, 'The cloud is working on gateway partner-db: updating'],
    [
      'pending',
      { codes: ['some_new_code'] },
      'The cloud is working on gateway partner-db: pending. IBM says: because some_new_code',
    ],
    ['deleting', {}, 'Somebody else is deleting the gateway'],
    ['hibernating', {}, 'The VPC API reports lifecycle state hibernating'],
  ])('of %s %j', (state, more, expected) => {
    expect(messageOf(gatewayIn(state, more))).toBe(expected);
  });

  it('has all that IBM says', () => {
    const codes = ['some_new_code', 'access_denied'];
    expect(messageOf(gatewayIn('failed', { codes }))).toMatch(/because some_new_code because access_denied$/);
  });
});

/** The events that are told while the gateway is seen in these states, one after the other. */
function told(...gateways: readonly EndpointGateway[]): ReadonlyArray<readonly string[]> {
  let current: Resource = resource();
  return gateways.map((gateway) => {
    const before = current;
    current = statusOf(gateway, 1, before);
    const result = { verdict: verdictOf(gateway), attempts: 1, resource: current, released: false };
    return passEvents(endpointGateway, before, result).map(
      ({ type, reason, note }) => `${type} ${reason}: ${note.slice(0, 50)}`,
    );
  });
}

describe('what a provider decides gives an event each time', () => {
  const asking = gatewayIn('pending', { codes: ['access_pending'] });
  const stable = gatewayIn('stable');
  const requested = ['Normal AccessRequested: Access to offer was requested; its provider has to'];
  const permitted = 'Normal AccessPermitted: The provider permitted the access to offer';
  const succeeded = 'Normal Succeeded: The cloud matches the spec';

  test('when it permits', () => {
    expect(told(asking, asking, gatewayIn('updating'), stable, stable)).toEqual([
      requested,
      [],
      [permitted],
      [succeeded],
      [],
    ]);
  });

  test('when it has permitted before anybody looked again', () => {
    expect(told(asking, stable, stable)).toEqual([requested, [permitted, succeeded], []]);
  });

  test.each<[string, EndpointGateway, string]>([
    [
      'denies',
      gatewayIn('failed', { codes: ['access_denied'] }),
      'Warning AccessDeniedByProvider: The provider of the Private Path service denied th',
    ],
    [
      'lets the request expire',
      gatewayIn('failed', { codes: ['access_expired'] }),
      'Warning AccessExpired: The provider of the Private Path service did not d',
    ],
  ])('when it %s', (_, decided, event) => {
    expect(told(asking, asking, decided, decided)).toEqual([requested, [], [event], []]);
  });

  test('when it takes back what it had permitted', () => {
    const revoked = gatewayIn('failed', { codes: ['access_denied'] });
    expect(told(asking, stable, revoked, revoked)).toEqual([
      requested,
      [permitted, succeeded],
      ['Warning AccessDeniedByProvider: The provider of the Private Path service denied th'],
      [],
    ]);
  });
});
