import { beforeEach, describe, expect, it } from '@jest/globals';

import { applyPatch, exchangeOf } from './exchanges.ts';
import { Ledger } from './ledger.ts';
import type { Interference } from './interference.ts';
import type { Exchange } from './proxy.ts';

const startMs = Date.UTC(2026, 10, 21, 12);
const minutes = (count: number): number => startMs + count * 60_000;

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger();
});

interface StatusWrite {
  readonly replica?: number;
  readonly atMs?: number;
  /** Of the gateway that is known by then. */
  readonly id?: string;
  readonly status?: number;
}

/** A status of object `gw` is written, with an intent of that time or without one. */
function writeStatus(
  intentMs: number | undefined,
  { replica = 1, atMs = startMs, id, status = 200 }: StatusWrite = {},
): void {
  const createIntent =
    intentMs === undefined ? undefined : { name: 'vpe-gw', time: new Date(intentMs).toISOString() };
  const path = '/apis/vpe-operator.io/v1alpha1/namespaces/lane/endpointgateways/gw/status';
  const body = { status: { createIntent, id } };
  ledger.served(replica, exchangeOf(`PATCH ${path}`, { contentType: applyPatch, body, status }), atMs);
}

/** A create is sent. */
function send(atMs = startMs, name = 'vpe-gw'): Exchange {
  const exchange = exchangeOf('POST /v1/endpoint_gateways', { body: { name } });
  ledger.begun(exchange, atMs);
  return exchange;
}

/** The server answers a create; `interference` is what the operator is told instead. */
function answer(exchange: Exchange, status: number, interference?: Interference): void {
  exchange.status = status;
  ledger.told(exchange, interference);
}

const doubtful: readonly (readonly [string, number, Interference | undefined])[] = [
  ['failed in a way that proves nothing', 500, undefined],
  ['missed a deadline somewhere', 408, undefined],
  ['was cut off', 201, { kind: 'drop' }],
  ['was never answered', 201, { kind: 'silence' }],
  ['was told to have failed', 201, { kind: 'answer', status: 500, body: {} }],
];

const unintended = 'a create of vpe-gw was sent without a stored intent';
const second = 'a second create of vpe-gw was sent while the first may have been carried out';
const dropped = 'operator 2 dropped the intent of a create that may have been carried out';

describe('a create', () => {
  it('may be sent under a stored intent', () => {
    writeStatus(startMs);
    answer(send(), 201);
    expect(ledger.creates).toBe(1);
    expect(ledger.problems()).toEqual([]);
  });

  it('must not be sent without one, nor when it is gone again, was refused, or is of another name', () => {
    answer(send(), 400);
    writeStatus(startMs);
    writeStatus(undefined);
    answer(send(), 400);
    writeStatus(startMs, { status: 409 });
    answer(send(), 400);
    writeStatus(startMs);
    answer(send(startMs, 'vpe-other'), 400);
    const other = 'a create of vpe-other was sent without a stored intent';
    expect(ledger.problems()).toEqual([unintended, unintended, unintended, other]);
  });

  it.each(doubtful)('that %s is not repeated soon, under whatever intent', (_, status, interference) => {
    writeStatus(startMs);
    answer(send(), status, interference);
    writeStatus(minutes(1), { atMs: minutes(1), id: 'somebody-elses' });
    send(minutes(3));
    expect(ledger.problems()).toEqual([second]);
  });

  it.each(doubtful)('that %s may be repeated once it would have shown', (_, status, interference) => {
    writeStatus(startMs);
    answer(send(), status, interference);
    writeStatus(minutes(4), { atMs: minutes(4) });
    send(minutes(4));
    expect(ledger.problems()).toEqual([]);
  });

  it('that was refused may be repeated at once', () => {
    writeStatus(startMs);
    answer(send(), 409);
    writeStatus(minutes(1), { atMs: minutes(1) });
    send(minutes(1));
    expect(ledger.problems()).toEqual([]);
  });
});

describe('an intent', () => {
  it.each([undefined, minutes(1)])('of a create under way is not dropped or replaced (%s)', (intentMs) => {
    writeStatus(startMs);
    send();
    writeStatus(intentMs, { replica: 2, atMs: minutes(1) });
    expect(ledger.problems()).toEqual([dropped]);
  });

  it('of a create that nobody knows the end of is not dropped by its own operator either', () => {
    writeStatus(startMs);
    answer(send(), 500);
    writeStatus(undefined, { atMs: minutes(1) });
    expect(ledger.problems()).toHaveLength(1);
  });

  it('goes when the gateway is known, the create was refused, or everything that was sent shows', () => {
    writeStatus(startMs);
    const create = send();
    writeStatus(undefined, { replica: 2, atMs: minutes(1), id: 'r006-found' });
    answer(create, 409);
    writeStatus(minutes(1), { atMs: minutes(1) });
    answer(send(minutes(1)), 409);
    writeStatus(undefined, { atMs: minutes(2) });
    writeStatus(minutes(3), { atMs: minutes(3) });
    send(minutes(3));
    writeStatus(undefined, { replica: 2, atMs: minutes(8) });
    expect(ledger.problems()).toEqual([]);
  });
});
