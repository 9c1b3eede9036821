import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CloudError } from '../../src/cloud/errors.ts';
import { answerError, noAnswerError, parseRetryAfter } from '../../src/cloud/failed-call.ts';

const nowMs = Date.UTC(2026, 5, 1, 12, 0, 0);
const read = { operation: 'list_vpcs', write: false, nowMs, requestId: 'ours' } as const;
const write = { operation: 'create_endpoint_gateway', write: true, nowMs, requestId: 'ours' } as const;

function answered(status: number, body: unknown = {}, retryAfter?: string): CloudError {
  return answerError({ status, body, retryAfter }, write);
}

describe('a status means', () => {
  test.each([
    [200, 'unknown', true],
    [302, 'unknown', true],
    [400, 'invalid', false],
    [401, 'denied', false],
    [403, 'denied', false],
    [404, 'absent', false],
    [405, 'invalid', false],
    [408, 'unavailable', true],
    [409, 'conflict', false],
    [425, 'unavailable', false],
    [412, 'invalid', false],
    [422, 'invalid', false],
    [429, 'throttled', false],
    [500, 'unavailable', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
    [520, 'unavailable', true],
  ])('%d: %s, a write maybe committed: %j', (status, reason, maybeCommitted) => {
    expect(answered(status)).toMatchObject({ status, reason, maybeCommitted });
    expect(answerError({ status, body: {}, retryAfter: undefined }, read)).toMatchObject({
      reason,
      maybeCommitted: false,
    });
  });

  test('400 with a code of IAM: the credentials are refused', () => {
    const body = { errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found.' };
    expect(answered(400, body)).toMatchObject({ reason: 'denied', code: 'BXNIM0415E' });
    expect(answered(500, { errorCode: 'BXNIM0000E' })).toMatchObject({ reason: 'unavailable' });
  });
});

describe('the body of an answer tells', () => {
  test('code, message and trace of the VPC API, for its first error', () => {
    const errors = [
      { code: 'not_found', message: 'Nothing\n  there.' },
      { code: 'second', message: 'x' },
    ];
    const error = answered(404, { errors, trace: 'theirs' });
    expect(error).toMatchObject({ code: 'not_found', trace: 'theirs' });
    expect(error.message).toBe('create_endpoint_gateway: Nothing there.');
  });

  test('the same of IAM', () => {
    const body = { errorCode: 'E', errorMessage: 'No.', context: { requestId: 'theirs' } };
    expect(answered(403, body)).toMatchObject({
      code: 'E',
      trace: 'theirs',
      message: expect.stringContaining('No.'),
    });
  });

  test('the same of the Resource Controller', () => {
    const body = { error_code: 'E', message: 'No.', status_code: 403, transaction_id: 'theirs' };
    expect(answered(403, body)).toMatchObject({
      code: 'E',
      trace: 'theirs',
      message: expect.stringContaining('No.'),
    });
  });

  test.each([
    undefined,
    null,
    '',
    '<html>Bad Gateway</html>',
    7,
    [],
    { errors: 'x' },
    { errors: [] },
    { errors: [null] },
    { errors: [{ message: 5 }], trace: {} },
  ])('nothing when it is %j', (body) => {
    const error = answered(502, body);
    expect(error).toMatchObject({ message: 'create_endpoint_gateway: HTTP 502', trace: 'ours' });
    expect(error.code).toBeUndefined();
  });
});

describe('a connection that ended without an answer', () => {
  const connectFailure = Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall: 'connect' });
  const readFailure = Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall: 'read' });

  test.each<[code: string, cause: unknown, maybeCommitted: boolean]>([
    ['ECONNREFUSED', undefined, false],
    ['ENOTFOUND', undefined, false],
    ['EAI_AGAIN', undefined, false],
    ['EHOSTUNREACH', undefined, false],
    ['ENETUNREACH', undefined, false],
    ['CERT_HAS_EXPIRED', undefined, false],
    ['CERT_NOT_YET_VALID', undefined, false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', undefined, false],
    ['SELF_SIGNED_CERT_IN_CHAIN', undefined, false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined, false],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', undefined, false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, false],
    ['ETIMEDOUT', connectFailure, false],
    ['ETIMEDOUT', new AggregateError([connectFailure, connectFailure]), false],
    ['ETIMEDOUT', new AggregateError([connectFailure, readFailure]), true],
    ['ETIMEDOUT', new AggregateError([]), true],
    ['ETIMEDOUT', readFailure, true],
    ['ETIMEDOUT', undefined, true],
    ['ECONNRESET', undefined, true],
    ['EPIPE', undefined, true],
    ['ERR_CANCELED', undefined, true],
  ])('%s (%#): a write maybe committed', (code, cause, maybeCommitted) => {
    expect(noAnswerError({ code, cause }, write)).toMatchObject({
      reason: 'unavailable',
      message: `create_endpoint_gateway: ${code}`,
      trace: 'ours',
      maybeCommitted,
    });
    expect(noAnswerError({ code, cause }, read).maybeCommitted).toBe(false);
  });

  test('by a deadline says so', () => {
    const error = noAnswerError({ code: 'ERR_CANCELED', missedMs: 500 }, write);
    expect(error).toMatchObject({ maybeCommitted: true, message: expect.stringContaining('within 500 ms') });
  });

  test('for no known reason is as bad as any', () => {
    expect(noAnswerError({}, write)).toMatchObject({ reason: 'unavailable', maybeCommitted: true });
  });
});

describe('Retry-After', () => {
  test.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Mon, 01 Jun 2026 11:59:00 GMT', 0],
    ['86400', 3_600_000],
    ['99999999999999999999', 3_600_000],
    ['Mon, 01 Jun 2099 12:00:00 GMT', 3_600_000],
    ['', undefined],
    ['soon', undefined],
    ['1.5e9x', undefined],
    [undefined, undefined],
    [['7'], undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, nowMs)).toBe(expected);
  });

  test('is a delay that a timer can keep, whatever was sent', () => {
    const value = fc.oneof(fc.string(), fc.nat().map(String), fc.bigInt().map(String), fc.date().map(String));
    fc.assert(
      fc.property(value, fc.double({ noNaN: true }), (said, now) => {
        const delayMs = parseRetryAfter(said, now) ?? 0;
        expect(delayMs >= 0 && delayMs <= 3_600_000).toBe(true);
      }),
    );
  });

  test('is part of the error', () => {
    expect(answered(429, {}, '7').retryAfterMs).toBe(7_000);
    expect(answered(503, {}, 'Mon, 01 Jun 2026 12:00:30 GMT').retryAfterMs).toBe(30_000);
    expect(answered(503).retryAfterMs).toBeUndefined();
  });
});
