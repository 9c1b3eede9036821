import { expect, test } from '@jest/globals';
import { type AddressClass, addressClass } from '../../src/lib/address-class.ts';

const table: readonly (readonly [string, AddressClass])[] = [
  ['166.7.255.255', 'public'],
  ['166.8.0.0', 'classic-service'],
  ['166.9.12.34', 'classic-service'],
  ['166.11.255.255', 'classic-service'],
  ['166.12.0.0', 'public'],
  ['161.25.255.255', 'public'],
  ['161.26.0.10', 'infrastructure'],
  ['161.26.255.255', 'infrastructure'],
  ['161.27.0.0', 'public'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', 'public'],
  ['172.15.255.255', 'public'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.168.1.1', 'private'],
  ['192.169.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.1', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', 'public'],
  ['127.0.0.1', 'private'],
  ['169.254.169.254', 'private'],
  ['8.8.8.8', 'public'],
];

test.each(table)('%s is %s', (address, expected) => {
  expect(addressClass(address)).toBe(expected);
});
