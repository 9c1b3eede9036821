/** Which ServiceAccounts a claim rule lets assume a trusted profile (private-cli §4b). */
import { describe, expect, test } from '@jest/globals';
import { Accounts } from '../accounts.ts';
import { type ClaimRule, TrustedProfiles, trustsResource } from './trusted-profiles.ts';

const resource = { service_instance: 'cluster-1', namespace: 'Team', name: 'operator' };
const account = new Accounts().add('default');

function trusts(...rules: readonly ClaimRule[]): boolean {
  return trustsResource(new TrustedProfiles().add(account, 'uuid', { name: 'profile', rules }), resource);
}

describe('a condition holds', () => {
  test.each<[ClaimRule[number], boolean]>([
    [{ claim: 'namespace', operator: 'EQUALS', value: '"Team"' }, true],
    [{ claim: 'namespace', operator: 'EQUALS', value: '"team"' }, false],
    [{ claim: 'namespace', operator: 'NOT_EQUALS', value: '"team"' }, true],
    [{ claim: 'namespace', operator: 'EQUALS_IGNORE_CASE', value: '"team"' }, true],
    [{ claim: 'namespace', operator: 'NOT_EQUALS_IGNORE_CASE', value: '"team"' }, false],
    [{ claim: 'name', operator: 'CONTAINS', value: '"perat"' }, true],
    [{ claim: 'name', operator: 'CONTAINS', value: '"Perat"' }, false],
    [{ claim: 'service_instance', operator: 'IN', value: '["cluster-1", "cluster-2"]' }, true],
    [{ claim: 'service_instance', operator: 'IN', value: '["cluster-2"]' }, false],
  ])('%j: %s', (condition, holds) => {
    expect(trusts([condition])).toBe(holds);
  });
});

test('a rule holds when all its conditions do, and one rule is enough', () => {
  const right = { claim: 'name', operator: 'EQUALS', value: '"operator"' } as const;
  const wrong = { claim: 'name', operator: 'EQUALS', value: '"other"' } as const;
  expect(trusts([right, wrong])).toBe(false);
  expect(trusts([wrong], [right])).toBe(true);
  expect(trusts()).toBe(false);
});
