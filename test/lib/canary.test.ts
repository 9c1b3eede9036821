import { expect, test } from '@jest/globals';
import { canaryApiKey, expectNoSecret } from './canary.ts';

const key = canaryApiKey();
const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpYW1faWQiOiJpYW0tMSJ9.c2lnbmF0dXJl';

test('canary keys have the form of IBM Cloud API keys and differ', () => {
  expect(key).toMatch(/^[\w-]{44}$/);
  expect(canaryApiKey()).not.toBe(key);
});

test.each([
  ['a key', `{"msg":"asked with ${key}"}`],
  ['a key in a form', `grant_type=x&apikey=${encodeURIComponent(key)}&response_type=y`],
  ['the beginning of a key', `cut ${key.slice(0, 12)}`],
  ['a key in lower case', key.toLowerCase()],
  ['a key in base64', Buffer.from(key).toString('base64')],
  ['a key in base64 behind one character', Buffer.from(`:${key}`).toString('base64')],
  ['a key in base64 behind two characters', Buffer.from(`u:${key}`).toString('base64url')],
  ['an access token', `Authorization: ${token}`],
  ['an opaque bearer token', 'authorization: Bearer 0123456789abcdefghij'],
])('%s is found, and the complaint does not repeat it', (_, text) => {
  let complaint = '';
  try {
    expectNoSecret(`first line\nbefore it ${text}`);
  } catch (error) {
    complaint = (error as Error).message;
  }

  expect(complaint).toContain('a secret is in line 2');
  expect(() => expectNoSecret(complaint)).not.toThrow();
});

test.each([
  'Authorization: Bearer [masked]',
  'the bearer token is expired',
  'apikey=[masked]',
  'eyJ is a prefix',
])('%j passes', (text) => {
  expect(() => expectNoSecret(text)).not.toThrow();
});
