/** Where logical addresses lie on loopback. */
import { describe, expect, test } from '@jest/globals';
import { addressOfName, logicalOf, loopbackOf, rangeOf } from './addresses.ts';

describe('both ways', () => {
  test.each([
    ['10.0.0.4', '127.0.0.4', 'private'],
    ['10.1.2.3', '127.1.2.3', 'private'],
    ['10.15.4.10', '127.15.4.10', 'private'],
    ['10.128.0.0', '127.128.0.0', 'private'],
    ['10.200.7.8', '127.200.7.8', 'private'],
    ['10.230.7.8', '127.230.7.8', 'private'],
    ['10.247.255.255', '127.247.255.255', 'private'],
    ['166.8.0.0', '127.248.0.0', 'services'],
    ['166.9.0.3', '127.249.0.3', 'services'],
    ['166.11.255.255', '127.251.255.255', 'services'],
    ['198.51.100.0', '127.252.100.0', 'public'],
    ['198.51.100.255', '127.252.100.255', 'public'],
    ['161.26.0.7', '127.253.0.7', 'infrastructure'],
    ['161.26.255.255', '127.253.255.255', 'infrastructure'],
  ])('%s is %s', (logical, loopback, range) => {
    expect(loopbackOf(logical)).toBe(loopback);
    expect(logicalOf(loopback)).toBe(logical);
    expect(rangeOf(logical)).toBe(range);
  });
});

test.each([
  '10.248.0.0',
  '10.254.1.1',
  '166.12.0.0',
  '198.51.101.1',
  '127.0.0.1',
  '8.8.8.8',
  '::1',
  'a name',
  '',
])('%j does not exist here', (address) => {
  expect(loopbackOf(address)).toBeUndefined();
  expect(rangeOf(address)).toBeUndefined();
});

test.each(['127.252.0.1', '127.252.101.1', '127.254.0.2', '127.255.255.254', '10.0.0.1', 'localhost'])(
  '%j stands for no address',
  (loopback) => {
    expect(logicalOf(loopback)).toBeUndefined();
  },
);

test('a name always has the same address in a range', () => {
  const names = Array.from({ length: 500 }, (_, index) => `host-${index}.cloud.ibm.com`);
  for (const range of ['services', 'public'] as const) {
    const addresses = names.map((name) => addressOfName(name, range));
    expect(addresses.every((address) => rangeOf(address) === range)).toBe(true);
    expect(names.map((name) => addressOfName(name, range))).toEqual(addresses);
    expect(addresses.some((address) => /^198\.51\.100\.(0|255)$/.test(address))).toBe(false);
  }
});
