import { describe, expect, test } from '@jest/globals';
import { crossCheck, judge, parseReport, type Exchange, type Operation, type Report } from './verdict.ts';

const list: Operation = { id: 'list_things', refusable: true };
const keys: Operation = { id: 'get_keys', refusable: false };
const noTests = { passed: 0, failures: [] };

function exchange(operation: string, changes: Partial<Exchange> = {}): Exchange {
  return {
    operation,
    test: 'TestThings',
    requestID: 'one',
    status: 200,
    compared: true,
    problems: [],
    ...changes,
  };
}

function reportOf(...exchanges: Exchange[]): Report {
  return { exchanges, known: 0, unused: [] };
}

describe('judge', () => {
  const good = [exchange(list.id), exchange(list.id, { status: 400, compared: false })];

  test('passes an operation that was driven with good and with bad input', () => {
    const verdict = judge([list], reportOf(...good), noTests);
    expect(verdict).toMatchObject({ passed: 1, failed: 0 });
    expect(verdict.rows).toEqual([{ operation: list.id, calls: 2, refused: 1, compared: 1, faults: [] }]);
  });

  test('asks for bad input only where there can be any', () => {
    expect(judge([keys], reportOf(exchange(keys.id)), noTests)).toMatchObject({ passed: 1, failed: 0 });
  });

  test.each([
    ['never driven', []],
    ['never driven with bad input', [exchange(list.id)]],
    ['never driven with success', [exchange(list.id, { status: 404 })]],
    [
      'TestThings: total_count: only in the model',
      [...good, exchange(list.id, { problems: ['total_count: only in the model'] })],
    ],
  ])('fails an operation that is %s', (fault, exchanges) => {
    const verdict = judge([list], reportOf(...exchanges), noTests);
    expect(verdict).toMatchObject({ passed: 0, failed: 1 });
    expect(verdict.rows[0]?.faults).toEqual([fault]);
  });

  test('fails an operation that the simulator does not list', () => {
    const verdict = judge([list], reportOf(...good, exchange('list_ghosts')), noTests);
    expect(verdict).toMatchObject({ passed: 1, failed: 1 });
    expect(verdict.rows[1]).toMatchObject({
      operation: 'list_ghosts',
      faults: ['the simulator lists no such operation'],
    });
  });

  test('counts tests and entries of the known list as checks', () => {
    const unused = [{ operation: 'get_thing', path: 'scope' }];
    const failures = [{ name: 'TestThings/get', output: 'got 1, want 2' }];
    const verdict = judge([], { exchanges: [], known: 3, unused }, { passed: 5, failures });
    expect(verdict).toMatchObject({ passed: 5 + 2, failed: 1 + 1, unused, failures });
  });
});

describe('parseReport', () => {
  test('reads exchanges and the summary at the end', () => {
    const text = `${JSON.stringify(exchange(list.id))}\n{"known":1,"unused":[]}\n`;
    expect(parseReport(text)).toEqual({ exchanges: [exchange(list.id)], known: 1, unused: [] });
  });

  test.each(['', `${JSON.stringify(exchange(list.id))}\n`])(
    'refuses a report without its end: %j',
    (text) => {
      expect(() => parseReport(text)).toThrow('no complete report');
    },
  );
});

test('crossCheck finds an exchange that the simulator took for another operation', () => {
  const report = reportOf(
    exchange(list.id),
    exchange(list.id, { requestID: 'two' }),
    exchange(keys.id, { requestID: 'three' }),
  );
  const log = new Map([
    ['one', list.id],
    ['two', keys.id],
  ]);
  const checked = crossCheck(report, (requestID) => log.get(requestID));
  expect(checked.exchanges.map(({ problems }) => problems)).toEqual([
    [],
    ['the simulator took it for get_keys'],
    ['the simulator took it for nothing that it logged'],
  ]);
});
