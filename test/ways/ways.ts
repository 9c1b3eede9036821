/**
 * The ways in which IBM Cloud has an endpoint gateway created, changed and deleted (`facts.yaml`), and how manifests
 * do the same (`choices.yaml`). Reading either throws where the file has not the shape that the types say.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

import { repositoryPath } from '../lib/repository.ts';

export const ways = ['console', 'cli', 'api', 'terraform'] as const;
export type Way = (typeof ways)[number];

/** Arguments, fields or choices by what takes them: a section of a page, a command, a call, a resource. */
export type Items = Readonly<Record<string, readonly string[]>>;
export type Facts = Readonly<Record<Way, Items>>;
type Mapped = { readonly [W in Way]?: Items };

/** An example of `deploy/examples` and what it proves; `choices.yaml` says what its parts mean. */
export interface Use {
  readonly file: string;
  readonly fields?: readonly string[];
  readonly without?: readonly string[];
  readonly change?: 'deleted' | Readonly<Record<string, unknown>>;
  readonly sent?: Readonly<Record<string, unknown>>;
  readonly held?: object;
  readonly shown?: object;
}

export interface Choice extends Mapped {
  readonly choice: string;
  readonly manifests: readonly Use[];
}

export type OutOfScope = { readonly why: string } & {
  readonly [W in Way]?: Readonly<Record<string, readonly string[] | 'all'>>;
};

export interface Choices {
  /** By example: the reason of Ready, for those that do not get Ready. */
  readonly reasons: Readonly<Record<string, string>>;
  /** By call: field that the operator does not send → field that it sends instead. */
  readonly spellings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly choices: readonly Choice[];
  readonly outOfScope: readonly OutOfScope[];
}

/** A thing to say: an argument of something that takes arguments, or that itself. */
export interface Item {
  readonly way: Way;
  readonly owner: string;
  readonly argument?: string;
}

export function nameOf({ way, owner, argument }: Item): string {
  return `${way}: ${owner}${argument === undefined ? '' : ` ${argument}`}`;
}

/** `facts` tell what `all` and a name with `*` at its end stand for; nothing known stays as it is. */
export function itemsOf(mapped: Mapped | OutOfScope, facts: Facts): readonly Item[] {
  return ways.flatMap((way) =>
    Object.entries(mapped[way] ?? {}).flatMap(([named, words]) =>
      words === 'all'
        ? ownersOf(named, facts[way]).flatMap((owner) => itemsOfOne(way, owner, facts[way][owner] ?? []))
        : itemsOfOne(way, named, words),
    ),
  );
}

function ownersOf(named: string, known: Items): readonly string[] {
  const prefix = named.endsWith('*') ? named.slice(0, -1) : undefined;
  const owners = Object.keys(known).filter((owner) => prefix !== undefined && owner.startsWith(prefix));
  return owners.length === 0 ? [named] : owners;
}

function itemsOfOne(way: Way, owner: string, words: readonly string[]): readonly Item[] {
  return words.length === 0 ? [{ way, owner }] : words.map((argument) => ({ way, owner, argument }));
}

const strings = { type: 'array', items: { type: 'string' } };
const object = { type: 'object' };
const some = { ...object, minProperties: 1 };

function closed(required: object, optional: object = {}): object {
  const properties = { ...required, ...optional };
  return { ...object, properties, required: Object.keys(required), additionalProperties: false };
}

function byWay(words: object): object {
  return Object.fromEntries(ways.map((way) => [way, { ...some, additionalProperties: words }]));
}

const use = closed(
  { file: { type: 'string' } },
  {
    fields: strings,
    without: strings,
    change: { anyOf: [{ const: 'deleted' }, some] },
    sent: some,
    held: some,
    shown: some,
  },
);

const choicesSchema = closed({
  reasons: { ...object, additionalProperties: { type: 'string' } },
  spellings: { ...object, additionalProperties: { ...object, additionalProperties: { type: 'string' } } },
  choices: {
    type: 'array',
    items: closed(
      { choice: { type: 'string' }, manifests: { type: 'array', minItems: 1, items: use } },
      byWay(strings),
    ),
  },
  outOfScope: {
    type: 'array',
    items: closed({ why: { type: 'string', minLength: 1 } }, byWay({ anyOf: [{ const: 'all' }, strings] })),
  },
});

export function readFacts(): Facts {
  return read('facts.yaml', closed(byWay(strings))) as Facts;
}

export function readChoices(): Choices {
  return read('choices.yaml', choicesSchema) as Choices;
}

function read(file: string, schema: object): unknown {
  const content: unknown = parse(readFileSync(repositoryPath('test', 'ways', file), 'utf8'));
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate(schema, content)) {
    throw new Error(`test/ways/${file}: ${ajv.errorsText(ajv.errors, { dataVar: '' })}`);
  }
  return content;
}
