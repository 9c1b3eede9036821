/** What a refused change, binding or deletion means, and how all of it is told. See refusals-create.test.ts. */
import { describe, expect, it, test } from '@jest/globals';

import { CloudError } from '../../../src/cloud/errors.ts';
import type { Action } from '../../../src/kinds/endpoint-gateway/actions.ts';
import { actions, type Answer, refusal, told, withMessage } from './refusal-samples.ts';

const { mode } = actions;

describe('a change', () => {
  it.each<[string, Action, Answer, string]>([
    ['of the name', actions.rename('b'), [400, 'validation_unique_failed', 'b'], 'Collision slow/1'],
    ['of a hub’s mode', mode('disabled'), [409, undefined, 'No.'], 'DNSConflict stalled'],
    ['of the mode, to primary', mode('primary'), [400, undefined, 'No.'], 'DNSConflict slow/1'],
    ['to local access', mode('per_resource_binding'), [400, undefined, 'No.'], 'DNSConflict slow/1'],
    ['too soon', mode('primary'), [409, undefined, 'Sharing ended a moment ago'], 'DNSBindingPending slow/8'],
    [
      'of what IBM suspended',
      mode('primary'),
      [409, undefined, 'It is suspended.'],
      'SuspendedByProvider stalled',
    ],
    ['with a full group', actions.attachGroup, [400, 'over_quota', 'No.'], 'QuotaExceeded slow/1'],
    [
      'of groups',
      actions.attachGroup,
      [400, undefined, 'At most 5 security groups'],
      'SecurityGroupRefused stalled',
    ],
    [
      'with a full subnet',
      actions.bindNew,
      [400, undefined, 'It is out of addresses'],
      'AddressUnavailable slow/1',
    ],
    [
      'beyond a quota',
      actions.bindNew,
      [400, undefined, 'The quota of IPs is reached'],
      'QuotaExceeded slow/1',
    ],
    ['in one zone', actions.bindNew, [400, undefined, 'One address per zone'], 'ZoneConflict stalled'],
    [
      'of what IBM owns',
      actions.renameIP,
      [403, 'reserved_ip_owned_by_provider', 'No.'],
      'AddressUnavailable slow/1',
    ],
    [
      'of an IP’s name',
      actions.renameIP,
      [400, 'validation_unique_failed', 'No.'],
      'AddressUnavailable slow/1',
    ],
    [
      'of a binding’s name',
      actions.renameBinding,
      [400, 'validation_unique_failed', 'No.'],
      'Collision slow/1',
    ],
  ])('%s', (_, action, answer, expected) => {
    expect(told(action, refusal(answer))).toBe(expected);
  });

  it.each<[string, Action, Answer]>([
    ['of the name, without saying why', actions.rename('b'), [400, undefined, 'No.']],
    ['of the mode, for want of a role', mode('primary'), [403, 'not_authorized', 'Not authorized']],
    ['of the mode, because of a lock', mode('primary'), [409, 'vpc_locked', 'Locked']],
    ['by taking away what is gone', actions.detachGroup, [404, 'not_found', 'The target was not found']],
  ])('%s is left to the general rules', (_, action, answer) => {
    expect(told(action, refusal(answer))).toBeUndefined();
  });

  it.each<[string, RegExp]>([
    ['disabled', /^Every gateway of a DNS hub is Primary: set dnsResolutionBindingMode to Primary/],
    ['primary', /only one has a Primary gateway .* set dnsResolutionBindingMode to Disabled here/],
    ['per_resource_binding', /Primary gateway of the hub for the same target.* Make that gateway, or set/],
  ])('of the mode to %s says what to do instead', (wanted, expected) => {
    expect(withMessage(mode(wanted), refusal([400, undefined, 'No.']))).toMatch(expected);
  });
});

describe('a resource binding', () => {
  it.each<[string, Answer, string]>([
    ['denied', [403, 'not_authorized', 'Not authorized to read it'], 'ResourceBindingDenied slow/6'],
    ['not enabled', [400, undefined, 'Resource binding is not enabled'], 'ResourceBindingDenied stalled'],
    [
      'unsupported',
      [400, 'bad_field', 'It does not support resource binding.'],
      'ResourceBindingDenied stalled',
    ],
    ['of another VPC', [409, undefined, 'Another VPC already binds this'], 'DNSConflict slow/1'],
    ['beyond a quota', [400, 'over_quota', 'No.'], 'QuotaExceeded slow/1'],
    ['of a name that is taken', [400, 'validation_unique_failed', 'No.'], 'Collision slow/1'],
  ])('%s', (_, answer, expected) => {
    expect(told(actions.bindBucket, refusal(answer))).toBe(expected);
  });

  it('that is denied names the bucket, the VPC and the likely cause', () => {
    const message = withMessage(actions.bindBucket, refusal([403, 'not_authorized', 'Not authorized.']));
    expect(message).toMatch(
      /^Binding crn:\S+:bucket:logs is denied, most likely by a context-based restriction that does not admit VPC main: add the VPC to a network zone of the rule, which takes up to ten minutes/,
    );
  });
});

describe('a deletion', () => {
  it.each<[string, Answer, string | undefined]>([
    ['of a hub’s gateway', [409, undefined, 'A VPC that shares DNS needs it'], 'NeededByDNSTopology slow/1'],
    ['in other words', [400, undefined, 'It is required by r006-1'], 'NeededByDNSTopology slow/1'],
    ['of what IBM suspended', [409, 'invalid_state', 'It is suspended.'], 'SuspendedByProvider stalled'],
    ['of what is locked', [409, 'vpc_locked', 'In use'], undefined],
    ['of what is going already', [409, 'invalid_state', 'It is being deleted'], undefined],
  ])('%s', (_, answer, expected) => {
    expect(told(actions.remove, refusal(answer))).toBe(expected);
  });
});

describe('access tags', () => {
  const fields = { reason: 'invalid', operation: 'attach_tag', status: 200 } as const;
  const missing = new CloudError('env:prod: The access tag env:prod does not exist.', fields);

  test('that do not exist are named, with the command that makes them', () => {
    expect(told(actions.attachTags('access'), missing)).toBe('AccessTagNotFound slow/3');
    const command = '`ibmcloud resource tag-create --tag-names "env:prod"`';
    expect(withMessage(actions.attachTags('access'), missing)).toContain(command);
  });

  test('are left to the general rules when they are user tags, or when something else is amiss', () => {
    expect(told(actions.attachTags('user'), missing)).toBeUndefined();
    const another = new CloudError('env:prod: The resource of the tag does not exist', fields);
    expect(told(actions.attachTags('access'), another)).toBeUndefined();
  });
});

describe('the message', () => {
  const words = 'The quota of 25 endpoint gateways is used up.';
  const first = withMessage(actions.create(), refusal([400, 'over_quota', words, 'trace-1']));
  const second = refusal([400, 'over_quota', words, 'trace-2']);

  it('says what to do, what IBM said, and the trace for its support', () => {
    expect(first).toBe(
      `A quota of the account is used up: delete what is not needed any more, or ask IBM support to raise it. IBM Cloud answered: ${words} (trace trace-1)`,
    );
  });

  it('keeps the trace of the first answer while nothing else changes', () => {
    expect(withMessage(actions.create(), second, first)).toBe(first);
    expect(withMessage(actions.create(), second, 'something else')).toMatch(/\(trace trace-2\)$/);
  });

  it('does without a trace where there is none', () => {
    const bare = new CloudError(words, { reason: 'invalid', operation: 'create', status: 400 });
    expect(withMessage(actions.create(), bare, 'something else')).toMatch(/is used up\.$/);
  });
});
