import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { type CloudClient, connect } from '../cloud/client.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { Generations, tooEarly } from './kstatus-early.ts';
import { clusterID, objectThat, type Said, seedGateway } from './kstatus-samples.ts';

describe('a generation can have existed', () => {
  type Version = readonly [arrivedAtMs: number, said: Said];

  it.each<[what: string, versions: readonly Version[], sinceMs: number]>([
    ['for ever when it is the first that is seen', [[5, {}]], 0],
    [
      'since the last version before it',
      [
        [5, { generation: 1 }],
        [7, { generation: 1 }],
        [9, {}],
      ],
      7,
    ],
    [
      'since then still at its later versions',
      [
        [5, { generation: 1 }],
        [9, {}],
        [11, {}],
      ],
      5,
    ],
    [
      'since the object of this name before',
      [
        [5, { uid: 'old' }],
        [9, {}],
      ],
      5,
    ],
    [
      'whatever happened to other objects',
      [
        [5, {}],
        [9, { name: 'other' }],
        [11, {}],
      ],
      0,
    ],
  ])('%s', (_what, versions, sinceMs) => {
    const generations = new Generations();
    const since = versions.map(([atMs, said]) => generations.sinceMs(objectThat(said), atMs));
    expect(since.at(-1)).toBe(sinceMs);
  });
});

describe('an object that says Current', () => {
  let cloud: Cloud;
  let gateway: EndpointGateway;
  let somebody: CloudClient;

  beforeEach(async () => {
    cloud = await startCloud();
    cloud.control.clock.freeze();
    gateway = seedGateway(cloud);
    somebody = await connect(cloud);
    tick();
  });

  afterEach(async () => cloud.stop());

  function tick(ms = 60_000): void {
    cloud.control.clock.advance(ms);
  }

  async function rename(name: string): Promise<void> {
    const { status } = await somebody.vpc('PATCH', `/endpoint_gateways/${gateway.id}`, { body: { name } });
    expect(status).toBe(200);
    tick();
  }

  /** What is wrong with it now; `sinceMs` is when its generation can have begun. */
  function falsehood(name: string, sinceMs: number, said: Said = {}): string | undefined {
    const object = objectThat({ id: gateway.id, ...said, spec: { name } });
    return tooEarly(object, { stateLog: cloud.control.stateLog, sinceMs, clusterIDs: ['other', clusterID] });
  }

  const early = 'default/orders was Current in generation 2 before the cloud held what it asks for';

  it('is right about what the cloud holds, since then or from before', () => {
    expect(falsehood('orders', 0)).toBeUndefined();
    expect(falsehood('orders', cloud.control.clock.now())).toBeUndefined();
  });

  it('is wrong before the cloud held it, or about a gateway that it does not name or that does not exist', () => {
    expect(falsehood('renamed', 0)).toBe(early);
    expect(falsehood('orders', 0, { id: 'another' })).toBe(early);
  });

  it('says so, too, by saying nothing at all', () => {
    expect(falsehood('renamed', 0, { conditions: {} })).toBe(early);
    expect(falsehood('renamed', 0, { conditions: {}, observedGeneration: 'absent' })).toBe(early);
  });

  it('is wrong while the change is under way, and right for ever after', async () => {
    const sinceMs = cloud.control.clock.now();
    await somebody.vpc('PATCH', `/endpoint_gateways/${gateway.id}`, { body: { name: 'renamed' } });
    expect(falsehood('renamed', sinceMs)).toBe(early);
    tick();
    expect(falsehood('renamed', sinceMs)).toBeUndefined();
    await rename('drifted');
    expect(falsehood('renamed', sinceMs)).toBeUndefined();
  });

  it('is wrong about what was held under an older generation only', async () => {
    await rename('second');
    const sinceMs = cloud.control.clock.now();
    expect(falsehood('orders', 0)).toBeUndefined();
    expect(falsehood('orders', sinceMs)).toBe(early);
    await rename('orders');
    expect(falsehood('orders', sinceMs)).toBeUndefined();
  });

  it('is right about a state that ended at the moment from which its generation counts', async () => {
    const sinceMs = cloud.control.clock.now();
    await rename('second');
    expect(falsehood('orders', sinceMs)).toBeUndefined();
    expect(falsehood('orders', sinceMs + 2)).toBe(early);
  });

  it('is judged only then', () => {
    expect(falsehood('renamed', 0, { conditions: { Ready: 'False' } })).toBeUndefined();
    expect(falsehood('renamed', 0, { observedGeneration: 1 })).toBeUndefined();
  });
});
