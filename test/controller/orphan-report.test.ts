import { describe, expect, it } from '@jest/globals';

import { type Orphan, orphanEvents, reportable } from '../../src/controller/orphan-report.ts';

const none: ReadonlySet<string> = new Set();

function suspect(uid: string, parts: Partial<Orphan> = {}): Orphan {
  return { uid, tag: `vpe-operator:cluster:${uid}`, account: 'default', regions: ['us-south'], ...parts };
}

function located(uid: string, parts: Partial<Orphan> = {}): Orphan {
  const id = `r006-${uid}`;
  const resource = { id, name: `gateway-${uid}`, crn: `crn:${id}`, leaving: false, region: 'us-south' };
  return suspect(uid, { resource, ...parts });
}

describe('reported is', () => {
  it('what was located, at once', () => {
    expect(reportable([located('a')], [], none)).toEqual([located('a')]);
  });

  it('what was not located, the second time', () => {
    expect(reportable([suspect('a'), suspect('b')], [], none)).toEqual([]);
    expect(reportable([suspect('a'), suspect('b')], [suspect('b')], none)).toEqual([suspect('b')]);
  });

  it('nothing whose object exists after all', () => {
    expect(reportable([located('a'), suspect('b')], [suspect('b')], new Set(['a', 'b']))).toEqual([]);
  });

  it('each once, where it was located, when two configured accounts are one', () => {
    const elsewhere = suspect('a', { account: 'first' });
    expect(reportable([elsewhere, located('a')], [elsewhere], none)).toEqual([located('a')]);
    const twin = located('a', { account: 'twin' });
    expect(reportable([located('a'), twin], [], none)).toEqual([located('a')]);
  });
});

describe('the events', () => {
  it('say what it is, where, and what to do', () => {
    const [here, nowhere] = orphanEvents('EndpointGateway', [located('a'), suspect('b')]);
    expect(here).toEqual({
      type: 'Warning',
      reason: 'Orphan',
      action: 'Sweep',
      note:
        'gateway-a (r006-a) in region us-south of account default carries the tag vpe-operator:cluster:a, ' +
        'but no EndpointGateway that this operator watches has that uid. ' +
        'Delete it in the cloud, or detach the tag to keep it.',
    });
    expect(nowhere?.note).toBe(
      'Something in account default carries the tag vpe-operator:cluster:b, ' +
        'but no EndpointGateway that this operator watches has that uid (not located in us-south). ' +
        'Search the account for the tag; delete what carries it, or detach the tag to keep it.',
    );
  });

  it('do not promise that anywhere was looked', () => {
    const [event] = orphanEvents('EndpointGateway', [suspect('a', { regions: [] })]);
    expect(event?.note).toContain('(no region is known that could be searched)');
  });

  it('are few and short, however many orphans and regions there are, and the same each time', () => {
    const regions = Array.from({ length: 50 }, (_, index) => `region-${index}`);
    const uids = Array.from({ length: 30 }, (_, index) => String(100 + index));
    const orphans = uids.map((uid) => suspect(uid, { regions, tag: uid.padEnd(128, 'x') }));
    const notes = orphanEvents('EndpointGateway', orphans).map(({ note }) => note);
    expect(notes).toHaveLength(11);
    expect(notes.at(-1)).toMatch(/^20 more /);
    for (const note of notes) {
      // The API server's limit.
      expect(Buffer.byteLength(note)).toBeLessThan(1024);
    }
    expect(orphanEvents('EndpointGateway', orphans.toReversed()).map(({ note }) => note)).toEqual(notes);
  });
});
