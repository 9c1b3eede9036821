/**
 * Attaching and detaching tags of one resource. What stands in the way of some of them does not keep the others from
 * being attached, and is told in one message for the resource (vpc-endpoint-gateways §9; the words, and that the
 * others go through, are UNCONFIRMED).
 */
import type { Account } from '../accounts.ts';
import type { World } from '../world.ts';
import type { ChangeQuery } from './schemas.ts';

/** Returns what went wrong for this resource, if anything. */
export type Change = (
  world: World,
  change: {
    readonly account: Account;
    readonly crn: string;
    readonly names: readonly string[];
    readonly query: ChangeQuery;
  },
) => string | undefined;

export const attach: Change = (world, { account, crn, names, query }) => {
  const { tags } = world;
  const type = query.tag_type;
  const problems = new Map(
    names.flatMap((name) => {
      const problem =
        refusalOf(world, name) ??
        (type === 'user' || tags.exists(account.id, type, name) ? undefined : missing(type, name));
      return problem === undefined ? [] : [[name, problem] as const];
    }),
  );
  const accepted = names.filter((name) => !problems.has(name));
  if (query.replace) {
    tags.detach(crn, tags.of(crn, type), type);
  }
  if (query.update) {
    tags.detach(crn, sameKey(tags.of(crn, type), accepted), type);
  }
  if (!tags.attach(crn, accepted, type)) {
    return 'The resource would carry more tags than the limit.';
  }
  return sentence(problems);
};

export const detach: Change = (world, { crn, names, query }) => {
  const problems = new Map(
    names.flatMap((name) => {
      const problem = refusalOf(world, name);
      return problem === undefined ? [] : [[name, problem] as const];
    }),
  );
  const accepted = names.filter((name) => !problems.has(name));
  world.tags.detach(crn, accepted, query.tag_type);
  return sentence(problems);
};

/** A test may have this tag refused, whatever the resource. */
function refusalOf({ refusedTags }: World, name: string): string | undefined {
  return refusedTags.get(name.toLowerCase());
}

function missing(type: string, name: string): string {
  return `The ${type} tag ${name} does not exist.`;
}

function sentence(problems: ReadonlyMap<string, string>): string | undefined {
  return problems.size === 0 ? undefined : [...problems.values()].join(' ');
}

/** The attached tags that a `key:value` tag among `names` replaces. */
function sameKey(attached: readonly string[], names: readonly string[]): string[] {
  const keys = new Set(names.map(keyOf));
  return attached.filter((name) => keyOf(name) !== undefined && keys.has(keyOf(name)));
}

function keyOf(name: string): string | undefined {
  return /^[^:]*:/.exec(name.toLowerCase())?.[0];
}
