import { beforeEach, describe, expect, it } from '@jest/globals';

import { applyPatch, exchangeOf } from './exchanges.ts';
import { Ledger } from './ledger.ts';
import type { Exchange, Interference } from './proxy.ts';

const startMs = Date.UTC(2026, 10, 21, 12);
const minutes = (count: number): number => startMs + count * 60_000;

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger();
});

interface Passing {
  readonly replica?: number;
  readonly atMs?: number;
}

/** A status of object `gw` is written, with an intent of that time or without one. */
function writeStatus(intentMs: number | undefined, { replica = 1, atMs = startMs }: Passing = {}): void {
  const createIntent =
    intentMs === undefined ? undefined : { name: 'vpe-gw', time: new Date(intentMs).toISOString() };
  const path = '/apis/vpe-operator.io/v1alpha1/namespaces/lane/endpointgateways/gw/status';
  const body = { status: { createIntent } };
  const exchange = exchangeOf(`PATCH ${path}`, { contentType: applyPatch, body, status: 200 });
  ledger.ended(replica, exchange, { interference: undefined, nowMs: atMs });
}

/** A create is sent. */
function send({ replica = 1, name = 'vpe-gw' } = {}): Exchange {
  const exchange = exchangeOf('POST /v1/endpoint_gateways', { body: { name } });
  ledger.begun(replica, exchange);
  return exchange;
}

/** A create is answered by the server; `interference` is what the operator is told instead. */
function answer(exchange: Exchange, status: number, interference?: Interference): void {
  exchange.status = status;
  ledger.ended(1, exchange, { interference, nowMs: startMs });
}

const second = /^a second create of vpe-gw was sent under the intent of /;

describe('a create', () => {
  it('may be sent under a stored intent', () => {
    writeStatus(startMs);
    answer(send(), 201);
    expect(ledger.creates).toBe(1);
    expect(ledger.problems()).toEqual([]);
  });

  it('must not be sent without one, or when it is gone again', () => {
    answer(send(), 201);
    writeStatus(startMs);
    writeStatus(undefined);
    answer(send(), 201);
    const problem = 'a create of vpe-gw was sent without a stored intent';
    expect(ledger.problems()).toEqual([problem, problem]);
  });

  it('must not be sent under the intent of another object', () => {
    writeStatus(startMs);
    answer(send({ name: 'vpe-other' }), 201);
    expect(ledger.problems()).toEqual(['a create of vpe-other was sent without a stored intent']);
  });

  it.each<[string, number, Interference | undefined]>([
    ['took effect', 201, undefined],
    ['failed in a way that proves nothing', 500, undefined],
    ['missed a deadline somewhere', 408, undefined],
    ['was cut off', 201, { kind: 'drop' }],
    ['was never answered', 201, { kind: 'silence' }],
    ['was told to have failed', 201, { kind: 'answer', status: 500, body: {} }],
  ])('must not be repeated under its intent when it %s', (_, status, interference) => {
    writeStatus(startMs);
    answer(send(), status, interference);
    answer(send(), 201);
    expect(ledger.problems()).toEqual([expect.stringMatching(second)]);
  });

  it('must not be repeated while it is under way', () => {
    writeStatus(startMs);
    send();
    send();
    expect(ledger.problems()).toEqual([expect.stringMatching(second)]);
  });

  it.each([400, 403, 409, 429])('may be repeated under its intent when it was refused with %d', (status) => {
    writeStatus(startMs);
    answer(send(), status);
    answer(send(), 201);
    expect(ledger.problems()).toEqual([]);
  });

  it('may be repeated under an intent of its own', () => {
    writeStatus(startMs);
    answer(send(), 500);
    writeStatus(minutes(5), { atMs: minutes(5) });
    answer(send(), 201);
    expect(ledger.problems()).toEqual([]);
  });
});

describe('the intent of a create that is under way', () => {
  it('must not be removed by another operator', () => {
    writeStatus(startMs);
    send();
    writeStatus(undefined, { replica: 2, atMs: minutes(1) });
    expect(ledger.problems()).toEqual(['operator 2 overwrote the intent of a create that was under way']);
  });

  it('may be removed by its own, and by another when the create is settled', () => {
    writeStatus(startMs);
    const create = send();
    writeStatus(undefined, { atMs: minutes(1) });
    answer(create, 201);
    writeStatus(minutes(2), { atMs: minutes(2) });
    answer(send(), 201);
    writeStatus(undefined, { replica: 2, atMs: minutes(3) });
    expect(ledger.problems()).toEqual([]);
  });

  it('is not the one of a create that was answered long ago, though its answer is still held up', () => {
    writeStatus(startMs);
    const first = send();
    first.status = 201;
    writeStatus(minutes(5), { replica: 2, atMs: minutes(5) });
    writeStatus(undefined, { replica: 2, atMs: minutes(6) });
    expect(ledger.problems()).toEqual([]);
  });

  it('may be removed by another operator once everything that was sent shows', () => {
    writeStatus(startMs);
    send();
    writeStatus(undefined, { replica: 2, atMs: minutes(4) });
    expect(ledger.problems()).toEqual([]);
  });
});

it('a status that was refused stores nothing', () => {
  const path = '/apis/vpe-operator.io/v1alpha1/namespaces/lane/endpointgateways/gw/status';
  const body = { status: { createIntent: { name: 'vpe-gw', time: new Date(startMs).toISOString() } } };
  const refused = exchangeOf(`PATCH ${path}`, { contentType: applyPatch, body, status: 409 });
  ledger.ended(1, refused, { interference: undefined, nowMs: startMs });
  send();
  expect(ledger.problems()).toEqual(['a create of vpe-gw was sent without a stored intent']);
});
