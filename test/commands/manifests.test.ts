import { describe, expect, it } from '@jest/globals';

import { UsageError } from '../../src/commands/exit-codes.ts';
import { type ManifestFile, readManifests } from '../../src/commands/manifests.ts';
import { ToyCloud } from '../controller/toy-kind.ts';

const box = 'apiVersion: test.vpe-operator.io/v1\nkind: Box\n';
const named = (name: string, namespace?: string): string =>
  `${box}metadata: { name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`} }\nspec: { size: 1 }\n`;

const item = (name: string): object => ({
  apiVersion: 'test.vpe-operator.io/v1',
  kind: 'Box',
  metadata: { name, labels: { a: 'b' } },
  spec: { size: 1 },
  status: { id: 'box-1' },
});

function read(text: string, namespace?: string): ManifestFile {
  const kinds = [new ToyCloud().kind];
  return readManifests(text, { path: 'FILE', kinds, namespace, defaultNamespace: 'mine' });
}

function complaint(text: string, namespace?: string): string {
  try {
    read(text, namespace);
  } catch (error) {
    if (error instanceof UsageError) {
      return error.message;
    }
    throw error;
  }
  throw new Error('nobody complained');
}

describe('readManifests', () => {
  it('takes every object of ours, in order, and the namespace that it says, is asked for, or is usual', () => {
    const text = ['# nothing but words', named('a'), '', named('b', 'theirs')].join('---\n');
    const found = (namespace?: string): readonly string[] =>
      read(
        text.replace(', namespace: theirs', namespace === 'asked' ? '' : ', namespace: theirs'),
        namespace,
      ).manifests.map((manifest) => `${manifest.namespace}/${manifest.name}`);
    expect(found()).toEqual(['mine/a', 'theirs/b']);
    expect(found('asked')).toEqual(['asked/a', 'asked/b']);
  });

  it('takes JSON, and what kubectl prints of several objects', () => {
    const { manifests } = read(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item('a'), item('b')] }),
    );
    expect(manifests.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(manifests[0]?.fields).toEqual({
      apiVersion: 'test.vpe-operator.io/v1',
      kind: 'Box',
      metadata: { name: 'a', labels: { a: 'b' } },
      spec: { size: 1 },
    });
  });

  it('leaves out what belongs to others, and names it', () => {
    const others =
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n---\napiVersion: v1\nkind: Event\n---\n';
    expect(read(others + named('a')).skipped).toEqual(['Namespace team (v1)', 'Event without a name (v1)']);
  });

  it.each([
    ['nothing', '', 'FILE holds no object of this operator: it looks for Box (test.vpe-operator.io/v1)'],
    [
      'nothing of ours',
      'apiVersion: v1\nkind: Secret\n',
      'FILE holds no object of this operator: it looks for Box (test.vpe-operator.io/v1)',
    ],
    ['no YAML', `${named('a')}---\na: [\n`, /^FILE, document 2 is not YAML: .+ at line \d+, column \d+$/],
    ['a key twice', 'a: 1\na: 2\n', /^FILE, document 1 is not YAML: .*unique/],
    ['an alias of nothing', 'a: *b\n', /^FILE, document 1 is not YAML: /],
    ['a mere word', 'hello\n', 'FILE, document 1 is no Kubernetes object'],
    ['a list', '- a\n', 'FILE, document 1 is no Kubernetes object'],
    [
      'no kind',
      'apiVersion: v1\n',
      'FILE, document 1 is no Kubernetes object: apiVersion or kind is missing',
    ],
    [
      'a slip in a kind of ours',
      'apiVersion: test.vpe-operator.io/v1\nkind: Bocks\n',
      'FILE, document 1: this operator knows no Bocks of test.vpe-operator.io/v1',
    ],
    [
      'a version that is none',
      'apiVersion: test.vpe-operator.io/v9\nkind: Box\n',
      'FILE, document 1: this operator knows no Box of test.vpe-operator.io/v9',
    ],
    ['no name', box, 'FILE, document 1: Box needs a metadata.name'],
    ['no metadata', `${box}metadata: box\n`, 'FILE, document 1: Box needs a metadata.name'],
    ['a number for a namespace', named('a', '7'), 'FILE, document 1: metadata.namespace must be a name'],
    ['an object twice', `${named('a')}---\n${named('a', 'mine')}`, 'FILE holds Box mine/a twice'],
  ])('refuses %s', (_, text, message) => {
    expect(complaint(text)).toMatch(message);
  });

  it('refuses an object of another namespace than is asked for', () => {
    expect(complaint(named('a', 'theirs'), 'asked')).toBe(
      'FILE, document 1 is for namespace theirs, but --namespace says asked',
    );
  });

  it('quotes nothing of a file that it cannot read', () => {
    expect(complaint('password: "s3cret\nuser: [')).not.toContain('s3cret');
  });
});
