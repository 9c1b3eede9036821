import { beforeEach, describe, expect, it } from '@jest/globals';

import type { CallContext } from '../../../src/cloud/http.ts';
import type { CloudResource } from '../../../src/controller/kind.ts';
import { orphans } from '../../../src/kinds/endpoint-gateway/orphans.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { EndpointGateway } from '../../cloud/vpc/model.ts';
import { clusterID, type Scene } from './scene.ts';
import { useScenes } from './use-scenes.ts';

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
  await scene.tag(left.crn, `vpe-operator:${clusterID}:LEFT-1`);
});

async function tagsInUse(): Promise<ReadonlyMap<string, string>> {
  const { tagging } = await scene.session();
  return orphans.tagsInUse({ name: scene.account, tagging, regions: [] }, clusterID, context);
}

/** What was found for the uids, and what was asked of the cloud. */
async function locate(...uids: readonly string[]): Promise<{
  readonly found: ReadonlyMap<string, CloudResource>;
  readonly asked: readonly string[];
}> {
  scene.advance(1);
  const session = await scene.session();
  const after = scene.lastRequest;
  const nowMs = scene.cloud.control.clock.now();
  const place = { ...context, session, clusterID, nowMs };
  const found = await orphans.locate(new Set(uids), [scene.read(key)], place);
  const asked = scene.cloud.control.requestLog.entries({ after }).map(({ operation }) => operation ?? '');
  return { found, asked };
}

describe('the tags in use', () => {
  it('are those of this cluster, by uid in lower case', async () => {
    await scene.tag(left.crn, 'vpe-operator:another-cluster:uid');
    await scene.tag(left.crn, 'env:prod');
    expect(await tagsInUse()).toEqual(
      new Map([
        [own, scene.ownTag(key)],
        ['left-1', `vpe-operator:${clusterID}:LEFT-1`],
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
    expect(await locate('left-1')).toEqual({
      found: new Map([['left-1', { id, name, crn, leaving: false }]]),
      asked: ['list_endpoint_gateways', 'list_tags'],
    });
  });

  it('that somebody is deleting is said to be leaving', async () => {
    await scene.client.vpc('DELETE', `/endpoint_gateways/${left.id}`);
    const { found } = await locate('left-1');
    expect(found.get('left-1')).toMatchObject({ id: left.id, leaving: true });
  });

  it('is looked for no longer than until all are found', async () => {
    for (const [index, service] of ['global-tagging', 'catalog'].entries()) {
      const crn = `crn:v1:bluemix:public:${service}:us-south:::endpoint:${service}.example.com`;
      scene.foreignGateway({ name: `other-${index}`, crn });
    }
    const { endpoint_gateways: listed } = (await scene.client.vpc('GET', '/endpoint_gateways')).body;
    const unclaimed = (listed as EndpointGateway[]).filter(({ id }) => id !== scene.read(key).status?.id);
    await scene.tag(unclaimed[0]?.crn ?? '', `vpe-operator:${clusterID}:first`);
    expect((await locate('first')).asked).toEqual(['list_endpoint_gateways', 'list_tags']);
    const looks = unclaimed.map(() => 'list_tags');
    expect((await locate('nowhere')).asked).toEqual(['list_endpoint_gateways', ...looks]);
  });

  it('is not what carries the tag elsewhere', async () => {
    await scene.tag(scene.vpc.crn, `vpe-operator:${clusterID}:of-a-vpc`);
    expect([...(await tagsInUse()).keys()]).toContain('of-a-vpc');
    const { found } = await locate('of-a-vpc', 'left-1');
    expect([...found.keys()]).toEqual(['left-1']);
  });

  it('of another cluster is none of ours, whatever its uid', async () => {
    await scene.tag(left.crn, 'vpe-operator:another-cluster:theirs');
    expect((await locate('theirs')).found).toEqual(new Map());
  });
});
