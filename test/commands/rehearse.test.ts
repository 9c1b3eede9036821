import { describe, expect, it } from '@jest/globals';

import { readManifests } from '../../src/commands/manifests.ts';
import { rehearse } from '../../src/commands/rehearse.ts';
import type { Resource } from '../../src/controller/kind.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { KubeError } from '../../src/kube/errors.ts';
import type { ApiObject, Draft } from '../../src/kube/object.ts';
import { resource } from '../controller/samples.ts';
import { ToyCloud } from '../controller/toy-kind.ts';

const file = `
apiVersion: test.vpe-operator.io/v1
kind: Box
metadata:
  name: box
  uid: of-another-cluster
  resourceVersion: '77'
  managedFields: []
  labels: { team: b }
  annotations: { colour: red }
spec: { size: 2 }
status: { id: of-another-cluster }
`;

/** What the API server was sent, and what the command makes of the answer. */
async function rehearsed(existing?: Resource): Promise<{ sent: unknown; got: Resource }> {
  let sent: unknown;
  const client: Pick<KubeClient, 'get' | 'dryRun'> = {
    get: async <T extends ApiObject>(): Promise<T> => {
      if (existing === undefined) {
        throw new KubeError('there is none', { reason: 'absent', status: 404 });
      }
      return existing as unknown as T;
    },
    dryRun: async <T extends ApiObject>(_: unknown, draft: Draft<T>): Promise<T> => {
      sent = draft;
      const metadata = { uid: 'made-up', resourceVersion: '', ...draft.metadata };
      return {
        ...draft,
        metadata,
        ...(existing !== undefined && { status: existing.status }),
      } as unknown as T;
    },
  };
  const kinds = [new ToyCloud().kind];
  const [manifest] = readManifests(file, { path: 'FILE', kinds, defaultNamespace: 'team' }).manifests;
  if (manifest === undefined) {
    throw new Error('no manifest');
  }
  return { got: await rehearse(client, manifest, new AbortController().signal), sent };
}

describe('rehearse', () => {
  it('tries a new object out with what the file says of it, and nothing that only a server can say', async () => {
    const { sent, got } = await rehearsed();
    expect(sent).toEqual({
      apiVersion: 'test.vpe-operator.io/v1',
      kind: 'Box',
      metadata: { namespace: 'team', name: 'box', labels: { team: 'b' }, annotations: { colour: 'red' } },
      spec: { size: 2 },
    });
    expect(got.metadata.uid).toBe('<uid>');
    expect(got).not.toHaveProperty('status');
  });

  it('tries a change out on the object that exists: its version, status and finalizers, others’ labels', async () => {
    const metadata = {
      namespace: 'team',
      name: 'box',
      finalizers: ['ours'],
      labels: { team: 'a', owner: 'x' },
      annotations: { 'vpe-operator.io/reconcile-at': 'today' },
    };
    const existing = resource({ metadata, status: { state: 'Stable' } });
    const { sent, got } = await rehearsed(existing);
    expect(sent).toMatchObject({
      metadata: {
        uid: 'uid-1',
        resourceVersion: '1',
        finalizers: ['ours'],
        labels: { team: 'b', owner: 'x' },
        annotations: { 'vpe-operator.io/reconcile-at': 'today', colour: 'red' },
      },
      spec: { size: 2 },
    });
    expect(got.metadata.uid).toBe('uid-1');
    expect(got.status).toEqual({ state: 'Stable' });
  });
});
