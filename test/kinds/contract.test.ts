/** What the engine, users and the generators take for granted about every kind in the registry. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';

import { kindFolder, parseCrd } from '../../src/codegen/crd.ts';
import type { Plan, PlannedAction } from '../../src/controller/kind.ts';
import { verdictOfPlan } from '../../src/controller/outcome.ts';
import { reasons as commonReasons } from '../../src/controller/reasons.ts';
import { composeStatus } from '../../src/controller/status.ts';
import { kinds } from '../../src/kinds/index.ts';
import { closed } from '../crds/schema.ts';
import { repositoryPath } from '../lib/repository.ts';
import { type Generator, generators } from './generators.ts';

const nowMs = Date.UTC(2026, 0, 1);

it('the registry names each kind, and each finalizer, once', () => {
  for (const values of [kinds.map(({ type }) => type.kind), kinds.map(({ finalizer }) => finalizer)]) {
    expect(new Set(values).size).toBe(values.length);
  }
});

describe.each(kinds.map((kind) => [kind.type.kind, kind] as const))('%s', (name, kind) => {
  const folder = repositoryPath('src', 'kinds', kindFolder(name));
  const crd = parseCrd(readFileSync(repositoryPath('crds', `${kind.type.plural}.yaml`), 'utf8'), name);
  const { resources, observations } = generatorOf(name);
  const planned = fc.tuple(resources, observations).map(([resource, observed]) => {
    const isDeleting = resource.metadata.deletionTimestamp !== undefined;
    const plan = isDeleting ? kind.planDeletion(resource, observed) : kind.plan(resource, observed);
    return { resource, observed, plan };
  });

  it('is the kind that its CRD defines', () => {
    const { group, version, plural, kind: crdKind } = crd;
    expect(kind.type).toMatchObject({ group, version, plural, kind: crdKind });
  });

  it('has a finalizer that the API server takes, in the name of the group', () => {
    expect(kind.finalizer).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/);
    expect(kind.finalizer.split('/')[0]).toBe(kind.type.group);
  });

  it('documents every reason that it gives, and gives every reason that it documents', async () => {
    const module = `${folder}/reasons.ts`;
    const { reasons } = (await import(module)) as { reasons: Readonly<Record<string, string>> };
    const documented = new Set([...Object.keys(commonReasons), ...Object.keys(reasons)]);
    fc.assert(
      fc.property(planned, ({ resource, observed, plan }) => {
        const given = [
          ...('reason' in plan ? [plan.reason] : []),
          ...actionsOf(plan).flatMap(({ event }) => event ?? []),
          ...kind.report(resource, observed).conditions.map(({ reason }) => reason),
        ];
        expect(given.filter((reason) => !documented.has(reason))).toEqual([]);
      }),
      { numRuns: 500 },
    );
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => file !== 'reasons.ts' && !file.endsWith('.gen.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    expect(Object.keys(reasons).filter((reason) => !sources.includes(`'${reason}'`))).toEqual([]);
    expect(Object.keys(reasons).filter((reason) => reason in commonReasons)).toEqual([]);
  });

  it('reports nothing that its schema does not hold', () => {
    const schema = crd.schema.properties?.['status'];
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(closed(schema ?? {}));
    fc.assert(
      fc.property(planned, ({ resource, observed, plan }) => {
        const verdict = verdictOfPlan(plan);
        const report = kind.report(resource, observed);
        const statuses = [
          composeStatus(resource, resource.status ?? {}, {
            verdict,
            attempts: 1,
            report,
            nowMs,
            accountID: 'a',
          }),
          ...actionsOf(plan).flatMap((action) => {
            const intent = kind.intent(action, observed);
            return intent === undefined
              ? []
              : [composeStatus(resource, {}, { verdict, attempts: 1, report, intent, nowMs })];
          }),
        ];
        for (const status of statuses) {
          validate(status);
          expect(validate.errors ?? []).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('plans and reports without changing what it is given, and always the same', () => {
    fc.assert(
      fc.property(resources, observations, (resource, observed) => {
        freeze(resource);
        freeze(observed);
        expect(kind.plan(resource, observed)).toEqual(kind.plan(resource, observed));
        expect(kind.planDeletion(resource, observed)).toEqual(kind.planDeletion(resource, observed));
        expect(kind.report(resource, observed)).toEqual(kind.report(resource, observed));
      }),
      { numRuns: 500 },
    );
  });

  it('acts in sentences, and never on nothing', () => {
    fc.assert(
      fc.property(planned, ({ plan }) => {
        expect(plan.kind === 'act').toBe(actionsOf(plan).length > 0);
        for (const { sentence } of actionsOf(plan)) {
          expect(sentence).toMatch(/^[a-z].*[^.\s]$/);
          expect(sentence.length).toBeLessThanOrEqual(256);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function generatorOf(name: string): Generator {
  const generator = generators[name];
  if (generator === undefined) {
    throw new Error(`test/kinds/generators.ts lacks a line for ${name}`);
  }
  return generator;
}

function actionsOf(plan: Plan<PlannedAction>): readonly PlannedAction[] {
  return plan.kind === 'act' ? plan.actions : [];
}

function freeze(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
}
