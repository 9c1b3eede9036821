/** The committed list of ways to create a gateway is complete, and true to the schema and to the examples. */
import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { parseCrd } from '../../src/codegen/crd.ts';
import type { GatewayManifest } from '../harness/gateways.ts';
import { repositoryPath } from '../lib/repository.ts';
import { problemsOf, type Truth } from './check.ts';
import { readExamples } from './examples.ts';
import { type Choices, readChoices, readFacts, type Use } from './ways.ts';

const crdFile = 'endpointgateways.yaml';
const { schema } = parseCrd(readFileSync(repositoryPath('crds', crdFile), 'utf8'), crdFile);

describe('the list of ways to create a gateway', () => {
  it('maps every choice, flag, field and argument to a manifest, or says why not', () => {
    const truth = { facts: readFacts(), schema, examples: readExamples() };

    expect(problemsOf(readChoices(), truth)).toEqual([]);
  });
});

describe('the check of the list finds', () => {
  const manifest: GatewayManifest = {
    apiVersion: 'vpe-operator.io/v1alpha1',
    kind: 'EndpointGateway',
    metadata: { name: 'one' },
    spec: { name: 'one', vpc: { name: 'main' } },
  };
  const truth: Truth = {
    facts: {
      console: { Details: ['Name'] },
      cli: { create: ['--name'], 'path-create': ['--a'], 'path-delete': [] },
      api: { 'POST /gateways': ['name', 'vpc.id', 'vpc.crn'] },
      terraform: {},
    },
    schema,
    examples: new Map([['one.yaml', manifest]]),
  };
  const proven: Use = {
    file: 'one.yaml',
    fields: ['spec.name', 'spec.vpc.name'],
    sent: { 'POST /gateways': { name: 'one', vpc: { id: '1' } } },
  };
  const choice = {
    choice: 'The name',
    console: { Details: ['Name'] },
    cli: { create: ['--name'] },
    api: { 'POST /gateways': ['name', 'vpc.id', 'vpc.crn'] },
    manifests: [proven],
  };
  const sound: Choices = {
    reasons: {},
    spellings: { 'POST /gateways': { 'vpc.crn': 'vpc.id' } },
    choices: [choice],
    outOfScope: [{ why: 'The other side.', cli: { 'path-*': 'all' } }],
  };
  const using = (use: Partial<Use>): Choices => ({
    ...sound,
    choices: [choice, { choice: 'Other', manifests: [{ ...proven, ...use }] }],
  });

  it('nothing where all is well', () => {
    expect(problemsOf(sound, truth)).toEqual([]);
  });

  it.each<[string, Choices, readonly string[]]>([
    [
      'a flag that nothing maps',
      { ...sound, outOfScope: [] },
      ['no choice does cli: path-create --a', 'no choice does cli: path-delete'],
    ],
    [
      'a flag that does not exist',
      { ...sound, choices: [{ ...choice, cli: { create: ['--name', '--nmae'] } }] },
      ['facts.yaml does not know cli: create --nmae'],
    ],
    [
      'an end of a name that nothing has',
      { ...sound, outOfScope: [...sound.outOfScope, { why: 'Gone.', cli: { 'old-*': 'all' } }] },
      ['facts.yaml does not know cli: old-*'],
    ],
    [
      'what is done and out of scope',
      { ...sound, outOfScope: [...sound.outOfScope, { why: 'No.', cli: { create: 'all' } }] },
      ['both done and out of scope: cli: create --name'],
    ],
    [
      'a call that no example makes',
      { ...sound, spellings: {} },
      ['The name: nothing sends api: POST /gateways vpc.crn'],
    ],
    ['an example that is gone', using({ file: 'two.yaml' }), ['Other: two.yaml: is not in deploy/examples']],
    [
      'a field that the schema lacks',
      using({ fields: ['spec.vpc.name', 'spec.ips.subnet.zone'], change: { vpc: { name: 'a' }, ips: [] } }),
      [
        'Other: one.yaml: the schema has no spec.ips.subnet.zone',
        'Other: one.yaml: does not give spec.ips.subnet.zone',
      ],
    ],
    [
      'a field that the example lacks',
      using({ fields: ['spec.tags'] }),
      ['Other: one.yaml: does not give spec.tags'],
    ],
    [
      'a field that the change lacks',
      using({ fields: ['spec.name'], change: { tags: ['a'] } }),
      ['Other: one.yaml: does not give spec.name'],
    ],
    ['a field that is not left out', using({ without: ['spec.name'] }), ['Other: one.yaml: gives spec.name']],
    [
      'a status that is not shown',
      using({ fields: ['status.state'], shown: { id: 'a' } }),
      ['Other: one.yaml: no proof of status.state'],
    ],
    [
      'an example without a proof',
      { ...sound, choices: [choice, { choice: 'Other', manifests: [{ file: 'one.yaml' }] }] },
      ['Other: one.yaml: proves nothing'],
    ],
  ])('%s', (_, list, problems) => {
    expect(problemsOf(list, truth)).toEqual(problems);
  });

  it('an example that shows nothing', () => {
    const examples = new Map([...truth.examples, ['two.yaml', manifest] as const]);

    expect(problemsOf(sound, { ...truth, examples })).toEqual(['two.yaml shows no choice']);
  });
});
