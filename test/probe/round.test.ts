import { describe, expect, test } from '@jest/globals';
import type { NameResult } from '../../src/lib/names.ts';
import type { ConnectionResult } from '../../src/probe/proof-types.ts';
import { connectionsRound, namesRound } from '../../src/probe/round.ts';

const own = ['10.0.0.4', '10.0.1.4'];

const name = (text: string, ...addresses: string[]): NameResult => ({ name: text, addresses });
const failed = (text: string, failure: string): NameResult => ({ name: text, addresses: [], failure });
const gistOf = (...results: NameResult[]): string => namesRound(results, own).gist;

describe('names', () => {
  test.each<[string, NameResult[], boolean]>([
    ['all own addresses', [name('a', '10.0.0.4', '10.0.1.4')], true],
    ['one of them', [name('a', '10.0.1.4')], true],
    ['a stranger among them', [name('a', '10.0.0.4', '10.0.2.4')], false],
    ['no address', [name('a')], false],
    ['a failure', [failed('a', 'ENOTFOUND')], false],
    ['one bad name of two', [name('a', '10.0.0.4'), failed('b', 'ESERVFAIL')], false],
  ])('%s: good is %s', (_, results, isGood) => {
    const round = namesRound(results, own);
    expect(round).toMatchObject({ isGood, results });
  });

  test('good answers differ by their addresses', () => {
    expect(gistOf(name('a', '10.0.0.4'))).not.toBe(gistOf(name('a', '10.0.1.4')));
  });

  test('what fails is told apart, what does not fail is not', () => {
    const bad = failed('b', 'ENOTFOUND');
    expect(gistOf(name('a', '10.0.0.4'), bad)).toBe(gistOf(name('a', '10.0.1.4'), bad));
    expect(gistOf(failed('b', 'ESERVFAIL'))).not.toBe(gistOf(bad));
    expect(gistOf(failed('c', 'ENOTFOUND'))).not.toBe(gistOf(bad));
    expect(gistOf(name('b', '8.8.8.8'))).not.toBe(gistOf(bad));
  });

  test('public answers are alike however they rotate, private ones and other classes are not', () => {
    expect(gistOf(name('a', '8.8.8.8', '9.9.9.9'))).toBe(gistOf(name('a', '1.1.1.1')));
    expect(gistOf(name('a', '166.9.0.1'))).not.toBe(gistOf(name('a', '1.1.1.1')));
    expect(gistOf(name('a', '10.0.2.4'))).not.toBe(gistOf(name('a', '10.0.2.5')));
  });
});

describe('connections', () => {
  const open: ConnectionResult = { address: '10.0.0.4', port: 443, servername: 'a' };
  const notOpen = (kind: 'timeout' | 'refused', detail: string): ConnectionResult => ({
    ...open,
    failure: { kind, detail },
  });

  test('good when all are', () => {
    expect(connectionsRound([open, { ...open, port: 80 }]).isGood).toBe(true);
    expect(connectionsRound([open, notOpen('timeout', 'x')]).isGood).toBe(false);
  });

  test('differ by where and how they fail, not by words', () => {
    const { gist } = connectionsRound([notOpen('timeout', 'x'), { ...open, port: 80 }]);
    expect(connectionsRound([notOpen('timeout', 'y')]).gist).toBe(gist);
    expect(connectionsRound([notOpen('refused', 'x')]).gist).not.toBe(gist);
    expect(connectionsRound([{ ...notOpen('timeout', 'x'), port: 80 }]).gist).not.toBe(gist);
  });
});
