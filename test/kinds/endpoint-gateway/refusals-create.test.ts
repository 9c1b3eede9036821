/**
 * What a refused create means. The answers of the simulated cloud are in refusals-cloud.test.ts; here are others that
 * the VPC API may give as well, as its codes are UNCONFIRMED (fact sheet §4.2, §4.3).
 */
import { describe, expect, it } from '@jest/globals';

import { CloudError } from '../../../src/cloud/errors.ts';
import {
  accountID,
  actions,
  type Answer,
  foreignKey,
  otherAccountID,
  privatePath,
  refusal,
  told,
  withMessage,
} from './refusal-samples.ts';

const create = actions.create();

describe('a create', () => {
  it.each<[message: string, status: number, code: string | undefined, expected: string]>([
    ['Service does not support VPE extensions.', 400, 'not_found', 'ServiceNotYetAdvertised slow/8'],
    ['Service not support Virtual Private Endpoint', 404, undefined, 'ServiceNotYetAdvertised slow/8'],
    ['The target does not exist or cannot be accessed', 404, 'not_found', 'TargetNotFound slow/3'],
    ['An endpoint gateway already exists for this service', 400, undefined, 'Collision slow/1'],
    ['The VPC already has a gateway for a.dns-svcs.ibm.com', 409, undefined, 'Collision slow/1'],
    ['Service endpoints overlap those of r006-1', 400, undefined, 'Collision slow/1'],
    ['No.', 409, 'duplicate_error', 'Collision slow/1'],
    ['Endpoint gateway name must be unique', 409, undefined, 'Collision slow/1'],
    ['No.', 400, 'validation_unique_failed', 'Collision slow/1'],
    ['No.', 403, 'over_quota', 'QuotaExceeded slow/1'],
    ['The quota for endpoint gateways is exceeded', 400, undefined, 'QuotaExceeded slow/1'],
    ['There are no available addresses in it', 400, undefined, 'AddressUnavailable slow/1'],
    ['No.', 409, 'subnet_out_of_ip_addresses', 'AddressUnavailable slow/1'],
    ['No.', 409, 'address_is_already_reserved', 'AddressUnavailable slow/1'],
    ['No.', 409, 'reserved_ip_in_use', 'AddressUnavailable slow/1'],
    ['The reserved IP is required by its target', 400, undefined, 'AddressUnavailable slow/1'],
    ['Reserved IP not found', 404, 'not_found', 'AddressUnavailable slow/1'],
    ['The subnet is in another VPC', 400, 'vpc_resource_separation', 'AddressUnavailable slow/1'],
    ['The address 10.9.9.9 is outside of it', 400, undefined, 'AddressUnavailable stalled'],
    ['No.', 400, 'validation_invalid_address', 'AddressUnavailable stalled'],
    ['Only 1 reserved IP per gateway per zone', 400, undefined, 'ZoneConflict stalled'],
    ['No.', 400, 'security_group_not_in_vpc', 'SecurityGroupRefused stalled'],
    ['Security groups must be of the VPC', 400, undefined, 'SecurityGroupRefused stalled'],
    ['Cannot have more than 5 security groups', 400, undefined, 'SecurityGroupRefused stalled'],
    ['Another VPC already has a gateway for it', 400, undefined, 'DNSConflict slow/1'],
    ['A hub VPC allows mode primary only', 400, undefined, 'DNSConflict slow/1'],
    ['DNS sharing was changed recently', 400, undefined, 'DNSBindingPending slow/8'],
    ['The VPC is suspended', 409, 'invalid_state', 'SuspendedByProvider stalled'],
  ])('%s (%d %s)', (message, status, code, expected) => {
    expect(told(create, refusal([status, code, message]))).toBe(expected);
  });

  it.each<[string, Answer]>([
    ['a lock', [409, undefined, 'vpc is locked']],
    ['a lock that speaks of other things', [409, 'vpc_locked', 'Another VPC already has the reserved IP']],
    ['a VPC on its way out', [409, 'invalid_state', 'The subnet is being deleted.']],
    ['a missing role', [403, 'not_authorized', 'not authorized to use the subnet or its reserved IPs']],
    ['too many requests', [429, 'over_quota', 'The quota is used up']],
    ['an outage', [503, 'over_quota', 'The quota service does not answer']],
    ['words that say nothing', [400, 'bad_request', 'Bad request']],
    ['a reference other than the target', [400, 'not_found', 'The VPC does not exist']],
  ])('leaves %s to the general rules', (_, answer) => {
    expect(told(create, refusal(answer))).toBeUndefined();
  });

  it('does not take names for words', () => {
    const error = refusal([400, undefined, 'The name hub-dns-quota is already in use.']);
    expect(told(actions.create({ name: 'hub-dns-quota' }), error)).toBe('Collision slow/1');
  });

  it('tells the name of a reserved IP from its own', () => {
    const error = refusal([400, 'validation_unique_failed', 'The name zone-1 is already in use.']);
    const ip = { subnet: { id: '0717-1' }, name: 'zone-1', auto_delete: true };
    expect(told(actions.create({ ips: [ip] }), error)).toBe('AddressUnavailable slow/1');
    expect(told(actions.create({ ips: [ip], name: 'zone-1' }), error)).toBe('Collision slow/1');
    expect(told(actions.create({ ips: [{ id: '0717-2' }], name: 'zone-1' }), error)).toBe('Collision slow/1');
  });
});

describe('a create with a target of another account', () => {
  const denials: readonly Answer[] = [
    [401, undefined, 'Unauthorized'],
    [403, 'not_authorized', 'The provided token is not authorized to create endpoint gateways.'],
  ];

  it.each(denials)('needs an authorization when it is answered by %d', (...answer) => {
    const action = actions.create({ crn: foreignKey });
    expect(told(action, refusal(answer))).toBe('AuthorizationMissing slow/3');
  });

  it('says what the owner has to run, uncut however long IBM’s words are', () => {
    const error = refusal([403, 'not_authorized', 'not authorized '.repeat(100)]);
    const instance = '33333333-3333-4333-8333-333333333333';
    const command = `ibmcloud iam authorization-policy-create is kms Viewer --source-service-account ${accountID} --source-resource-type endpoint-gateway`;
    const ofService = foreignKey.replace(instance, '');
    expect(withMessage(actions.create({ crn: ofService }), error)).toContain(`\`${command}\``);
    expect(withMessage(actions.create({ crn: foreignKey }), error)).toContain(
      `\`${command} --target-service-instance-id ${instance}\``,
    );
  });

  it.each<[string, string]>([
    ['a service of IBM', 'crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com'],
    ['an instance of this account', foreignKey.replace(otherAccountID, accountID)],
    ['a Private Path service, whose provider decides', privatePath],
    ['an infrastructure service', 'ibm-ntp-server'],
  ])('is another thing than one of %s', (_, crn) => {
    const meanings = denials.map((answer) => told(actions.create({ crn }), refusal(answer)));
    expect(meanings).toEqual([undefined, undefined]);
  });

  it('is not to blame when our own credentials are refused', () => {
    const action = actions.create({ crn: foreignKey });
    expect(told(action, refusal([401, 'token_invalid', 'The token is expired']))).toBeUndefined();
    const fields = { reason: 'denied', operation: 'get_token_api_key', status: 403 } as const;
    expect(told(action, new CloudError('refused', fields))).toBeUndefined();
  });
});
