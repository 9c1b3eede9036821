import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CloudError, sanitise } from '../../src/cloud/errors.ts';
import { canaryApiKey, expectNoSecret } from '../lib/canary.ts';

const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpYW1faWQiOiJpYW0tMSJ9.c2lnbmF0dXJl';
const key = canaryApiKey();

test.each([
  [`The token ${token} is expired.`, 'The token [masked] is expired.'],
  ['Authorization: Bearer 0123456789abcdef0123', 'Authorization: Bearer [masked]'],
  ['grant_type=a&apikey=short&response_type=b', 'grant_type=a&apikey=[masked]&response_type=b'],
  ['{"apikey": "short", "b": 1}', '{"apikey": "[masked]", "b": 1}'],
  ['api_key: short', 'api_key: [masked]'],
  [`key ${key} was refused`, 'key [masked] was refused'],
  ['two\n\tlines  folded ', 'two lines folded'],
])('%j is shown as %j', (text, shown) => {
  expect(sanitise(text)).toBe(shown);
});

test.each([
  'Provided API key could not be found.',
  'The bearer token is expired.',
  'vpc-endpoint-gateways-of-the-storage-team-prod1',
  'r006-77777777-7777-4777-8777-777777777777',
  'crn:v1:bluemix:public:kms:us-south:a/0123456789abcdef0123456789abcdef:33333333-3333-4333-8333-333333333333::',
  'a'.repeat(44),
])('%j stays', (text) => {
  expect(sanitise(text)).toBe(text);
});

describe('whatever stands around it', () => {
  const marks = Array.from(' \n\t"\'\\,;:=&/{}()[]<>.');
  const around = fc.string({ unit: fc.constantFrom(...marks, 'x', 'y', 'z', 'é') });

  test('an API key is masked when it is a word of its own', () => {
    const edge = fc.constantFrom(...marks);
    fc.assert(
      fc.property(around, edge, edge, around, (before, left, right, after) => {
        const shown = sanitise(`${before}${left}${canaryApiKey()}${right}${after}`);
        expect(() => expectNoSecret(shown)).not.toThrow();
      }),
    );
  });

  test('an access token is masked', () => {
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(sanitise(before + token + after)).not.toContain('eyJ');
      }),
    );
  });

  test('the text is one line of at most 300 characters', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (text) => {
        expect(sanitise(text).length).toBeLessThanOrEqual(300);
        expect(sanitise(text)).not.toMatch(/[\r\n\t]/);
      }),
    );
  });
});

test('a CloudError says its operation, once, and has no cause', () => {
  const error = new CloudError(`no ${token}`, { reason: 'unknown', operation: 'list_vpcs' });
  expect(error).toMatchObject({
    name: 'CloudError',
    message: 'list_vpcs: no [masked]',
    maybeCommitted: false,
  });
  expect(error).not.toHaveProperty('cause');
});
