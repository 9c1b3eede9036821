/** Tags that tagging refuses inside an answer 200 (vpc-endpoint-gateways §9), and access tags. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { connect, type CloudClient } from '../cloud/client.ts';
import { background, cloudErrorOf, type OpenAccount, openAccount, serviceTarget } from './open-account.ts';

let cloud: Cloud;
let opened: OpenAccount;
let session: Session;
let somebody: CloudClient;
let crn: string;
let gateways = 0;

beforeAll(async () => {
  cloud = await startCloud();
  somebody = await connect(cloud);
  await somebody.tagging('POST', '/v3/tags?tag_type=access', { tag_names: ['env:prod', 'team:a'] });
});

afterAll(async () => {
  await cloud.stop();
});

beforeEach(async () => {
  cloud.control.faults.clear();
  cloud.control.refusedTags.clear();
  gateways += 1;
  const prototype = { vpc: { id: 'vpc-1' }, target: serviceTarget(gateways) };
  crn = cloud.control.seed.endpointGateway({ prototype }).crn;
  opened = await openAccount(cloud);
  session = await opened.session();
});

describe('access tags', () => {
  test('are attached and detached apart from user tags', async () => {
    const { tagging } = session;
    await tagging.attachTags(crn, 'access', ['env:prod', 'team:a'], background);
    await tagging.attachTags(crn, 'user', ['env:dev'], background);
    expect(await tagging.listTags(crn, 'access', background)).toEqual(['env:prod', 'team:a']);
    expect(await tagging.listTags(crn, 'user', background)).toEqual(['env:dev']);
    await tagging.detachTags(crn, 'access', ['ENV:prod'], background);
    expect(await tagging.listTags(crn, 'access', background)).toEqual(['team:a']);
  });

  test('that nobody created are invalid: no retry makes them', async () => {
    const error = await cloudErrorOf(
      session.tagging.attachTags(crn, 'access', ['no:such', 'nor:this'], background),
    );
    expect(error).toMatchObject({
      reason: 'invalid',
      maybeCommitted: false,
      message:
        'attach_tag: no:such, nor:this: The access tag no:such does not exist. The access tag nor:this does not exist.',
    });
  });

  test('that nobody created are for a retry with others that were attached, since those are not told', async () => {
    const tags = ['env:prod', 'no:such'];
    const error = await cloudErrorOf(session.tagging.attachTags(crn, 'access', tags, background));
    expect(error).toMatchObject({ reason: 'unavailable', maybeCommitted: true });
    expect(await session.tagging.listTags(crn, 'access', background)).toEqual(['env:prod']);
  });

  test('of a resource that tagging does not know yet are for a retry', async () => {
    const unknown = crn.replace(/.{8}$/, '00000000');
    const error = await cloudErrorOf(session.tagging.attachTags(unknown, 'access', ['env:prod'], background));
    expect(error).toMatchObject({
      reason: 'unavailable',
      message: 'attach_tag: env:prod: The resource does not exist or cannot be accessed.',
    });
  });
});

const refuse = async (verb: 'attachTags' | 'detachTags', ...tags: string[]): Promise<unknown> => {
  cloud.control.refusedTags.set('env:prod', 'Not this one.');
  return cloudErrorOf(session.tagging[verb](crn, 'user', tags, background));
};

describe('a refusal of one tag of several', () => {
  test('names that tag and no other, in the service’s words', async () => {
    expect(await refuse('attachTags', 'label', 'Env:Prod', 'team:a')).toMatchObject({
      reason: 'unavailable',
      status: 200,
      message: 'attach_tag: Env:Prod: Not this one.',
    });
    expect(await session.tagging.listTags(crn, 'user', background)).toEqual(['label', 'team:a']);
  });

  test('to be detached, too', async () => {
    await session.tagging.attachTags(crn, 'user', ['env:prod', 'team:a'], background);
    expect(await refuse('detachTags', 'env:prod', 'team:a')).toMatchObject({
      message: 'detach_tag: env:prod: Not this one.',
    });
    expect(await session.tagging.listTags(crn, 'user', background)).toEqual(['env:prod']);
  });

  test('names them all when nothing tells which it was', async () => {
    cloud.control.faults.add({ operation: 'list_tags', status: 503 });
    expect(await refuse('attachTags', 'env:prod', 'team:a')).toMatchObject({
      reason: 'unavailable',
      maybeCommitted: true,
      message: 'attach_tag: env:prod, team:a: Not this one.',
    });
  });

  test('costs one more call; no refusal costs none', async () => {
    await session.tagging.attachTags(crn, 'user', ['a', 'b'], background);
    await refuse('attachTags', 'env:prod', 'team:a');
    await refuse('attachTags', 'env:prod');
    expect(opened.calls.filter((call) => call.startsWith('global-tagging'))).toEqual([
      'global-tagging attach_tag 200',
      'global-tagging attach_tag 200',
      'global-tagging list_tags 200',
      'global-tagging attach_tag 200',
    ]);
  });

  test('that the service takes back is none', async () => {
    await session.tagging.attachTags(crn, 'user', ['env:prod', 'team:a'], background);
    cloud.control.refusedTags.set('env:prod', 'It is there already.');
    await session.tagging.attachTags(crn, 'user', ['env:prod', 'team:a'], background);
    expect(await session.tagging.listTags(crn, 'user', background)).toEqual(['env:prod', 'team:a']);
  });
});
