import { beforeEach, describe, expect, it } from '@jest/globals';

import type { CallContext } from '../../../src/cloud/http.ts';
import type { OrphansFound } from '../../../src/controller/orphan-search.ts';
import { orphans } from '../../../src/kinds/endpoint-gateway/orphans.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { EndpointGateway } from '../../cloud/vpc/model.ts';
import { clusterID, type Scene } from './scene.ts';
import { useScenes } from './use-scenes.ts';

const leftUid = 'ab000000-0000-4000-8000-000000000001';
const otherUid = 'ab000000-0000-4000-8000-000000000002';

const context: CallContext = { signal: new AbortController().signal, priority: 'background' };

let scene: Scene;
let key: Key;
/** Of the healthy object. */
let own: string;
/** A gateway whose object is gone. */
let left: EndpointGateway;

useScenes((opened) => {
  scene = opened;
});

beforeEach(async () => {
  key = scene.make();
  await scene.settle(key);
  own = scene.read(key).metadata.uid;
  left = scene.foreignGateway({ name: 'left', crn: targetCrn('iam') });
  await scene.tag(left.crn, tagOf(leftUid.toUpperCase()));
});

function tagOf(uid: string): string {
  return `vpe-operator:${clusterID}:${uid}`;
}

/** More gateways that no status claims; all of them, as they are listed. */
async function makeUnclaimed(): Promise<readonly EndpointGateway[]> {
  for (const [index, service] of ['global-tagging', 'catalog'].entries()) {
    const crn = `crn:v1:bluemix:public:${service}:us-south:::endpoint:${service}.example.com`;
    scene.foreignGateway({ name: `other-${index}`, crn });
  }
  const { endpoint_gateways: listed } = (await scene.client.vpc('GET', '/endpoint_gateways')).body;
  return (listed as EndpointGateway[]).filter(({ id }) => id !== scene.read(key).status?.id);
}

async function tagsInUse(): Promise<ReadonlyMap<string, string>> {
  const { tagging } = await scene.session();
  return orphans.tagsInUse({ name: scene.account, tagging, regions: [] }, clusterID, context);
}

/** What was found for the uids, and what was asked of the cloud. */
async function locate(...uids: readonly string[]): Promise<{
  readonly found: OrphansFound['byUid'];
  readonly unread: OrphansFound['unread'];
  readonly asked: readonly string[];
}> {
  scene.advance(1);
  const session = await scene.session();
  const after = scene.lastRequest;
  const nowMs = scene.cloud.control.clock.now();
  const place = { ...context, session, clusterID, nowMs };
  const { byUid: found, unread } = await orphans.locate(new Set(uids), [scene.read(key)], place);
  const asked = scene.cloud.control.requestLog.entries({ after }).map(({ operation }) => operation ?? '');
  return { found, unread, asked };
}

describe('the tags in use', () => {
  it('are those of this cluster, by uid in lower case', async () => {
    await scene.tag(left.crn, `vpe-operator:another-cluster:${otherUid}`);
    await scene.tag(left.crn, 'env:prod');
    await scene.tag(left.crn, tagOf(''));
    await scene.tag(left.crn, tagOf('no-uid'));
    expect(await tagsInUse()).toEqual(
      new Map([
        [own, scene.ownTag(key)],
        [leftUid, tagOf(leftUid.toUpperCase())],
      ]),
    );
  });

  it('cost a call for all gateways together', async () => {
    const after = scene.lastRequest;
    await tagsInUse();
    expect(scene.cloud.control.requestLog.entries({ after }).map(({ operation }) => operation)).toEqual([
      'list_tags',
    ]);
  });

  it('end with the gateway', async () => {
    await scene.client.vpc('DELETE', `/endpoint_gateways/${left.id}`);
    scene.advance();
    expect([...(await tagsInUse()).keys()]).toEqual([own]);
  });
});

describe('a gateway', () => {
  it('is located by its tag, and those that a status claims are not looked at', async () => {
    const { id, name, crn } = left;
    expect(await locate(leftUid)).toEqual({
      unread: [],
      found: new Map([[leftUid, { id, name, crn, leaving: false }]]),
      asked: ['list_endpoint_gateways', 'list_tags'],
    });
  });

  it('that somebody is deleting is said to be leaving', async () => {
    await scene.client.vpc('DELETE', `/endpoint_gateways/${left.id}`);
    const { found } = await locate(leftUid);
    expect(found.get(leftUid)).toMatchObject({ id: left.id, leaving: true });
  });

  it('is looked for no longer than until all are found', async () => {
    const unclaimed = await makeUnclaimed();
    await scene.tag(unclaimed[0]?.crn ?? '', tagOf(otherUid));
    expect((await locate(otherUid)).asked).toEqual(['list_endpoint_gateways', 'list_tags']);
    const looks = unclaimed.map(() => 'list_tags');
    expect((await locate('ab000000-0000-4000-8000-00000000000f')).asked).toEqual([
      'list_endpoint_gateways',
      ...looks,
    ]);
  });

  it.each([403, 404])('whose tags cannot be read (%d) does not hide those behind it', async (status) => {
    const [first, ...others] = await makeUnclaimed();
    const last = others.at(-1);
    await scene.tag(last?.crn ?? '', tagOf(otherUid));
    scene.cloud.control.faults.add({ operation: 'list_tags', status, times: 1 });
    const { found, unread } = await locate(otherUid);
    expect(found.get(otherUid)?.id).toBe(last?.id);
    expect(unread).toEqual([first?.crn]);
  });

  it('is not reached while the tagging service is away', async () => {
    scene.cloud.control.faults.add({ operation: 'list_tags', status: 503 });
    await expect(locate(leftUid)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it.each([0, 1])('that stays is preferred to one that leaves, of two with one tag (%d)', async (index) => {
    const two = (await makeUnclaimed()).slice(0, 2);
    await Promise.all(two.map(async ({ crn }) => scene.tag(crn, tagOf(otherUid))));
    await scene.client.vpc('DELETE', `/endpoint_gateways/${two[index]?.id}`);
    const { found } = await locate(otherUid);
    expect(found.get(otherUid)).toMatchObject({ id: two[1 - index]?.id, leaving: false });
  });

  it('is not what carries the tag elsewhere', async () => {
    await scene.tag(scene.vpc.crn, tagOf(otherUid));
    expect([...(await tagsInUse()).keys()]).toContain(otherUid);
    const { found } = await locate(otherUid, leftUid);
    expect([...found.keys()]).toEqual([leftUid]);
  });

  it('of another cluster is none of ours, whatever its uid', async () => {
    await scene.tag(left.crn, `vpe-operator:another-cluster:${otherUid}`);
    expect((await locate(otherUid)).found).toEqual(new Map());
  });
});
