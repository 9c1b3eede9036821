/**
 * The part of Lucene's query syntax that IBM documents for Global Search and that this product and IBM's Terraform
 * provider use: `field:value` clauses joined by AND, the value bare, quoted, or with `*` for any text. Whatever else
 * the real service understands is refused here, so that a test notices it.
 */
import { ApiError, field } from '../errors.ts';

/** Properties of a resource by their dotted names; of a list, every element counts. */
export type Properties = Readonly<Record<string, unknown>>;

export type Query = (properties: Properties) => boolean;

const CLAUSE = /^([a-z_.]+):(?:"([^"]*)"|([^\s"():]+))$/i;

/** Throws a 400 for a query that it cannot read. No query at all finds everything. */
export function parseQuery(query: string): Query {
  const bare = query.trim().replace(/^\((.*)\)$/s, '$1');
  if (bare === '' || bare === '*') {
    return () => true;
  }
  const clauses = bare.split(/\s+AND\s+/).map((clause) => parseClause(clause, query));
  return (properties) => clauses.every((holds) => holds(properties));
}

function parseClause(clause: string, query: string): Query {
  const [, name, quoted, pattern = ''] = CLAUSE.exec(clause) ?? [];
  if (name === undefined) {
    const message = `The simulated search cannot read the clause ${clause}.`;
    throw new ApiError({ status: 400, code: 'bad_request', message, target: field('query', query) });
  }
  const holds = quoted === undefined ? wildcard(pattern) : (value: string) => value === quoted.toLowerCase();
  return (properties) => valuesOf(properties, name.split('.')).some((value) => holds(value.toLowerCase()));
}

function wildcard(pattern: string): (value: string) => boolean {
  const literals = pattern
    .toLowerCase()
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${literals.join('.*')}$`);
  return (value) => expression.test(value);
}

function valuesOf(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((element) => valuesOf(element, path));
  }
  const [name, ...rest] = path;
  if (name === undefined) {
    return typeof value === 'string' ? [value] : [];
  }
  return typeof value === 'object' && value !== null ? valuesOf((value as Properties)[name], rest) : [];
}
