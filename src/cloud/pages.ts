import type { CallContext, CloudHttp } from './http.ts';
import { CloudError } from './errors.ts';

type Page = { readonly next?: { readonly href: string } } & Readonly<Record<string, unknown>>;

/** The largest page that the VPC API gives (vpc-endpoint-gateways §1.3). */
const pageLimit = '100';

export interface ListOperation {
  /** IBM's operation id. */
  readonly operation: string;
  readonly path: string;
  /** The field of the answer that holds the items. */
  readonly field: string;
}

/**
 * Reads a whole collection of the VPC API page by page, or throws: part of a collection never passes for all of it.
 * `next.href` is followed by its `start` token only, never as a URL, so that an answer cannot direct a bearer token
 * to another host.
 */
export async function listAll<T>(
  http: CloudHttp,
  { operation, path, field }: ListOperation,
  context: CallContext,
): Promise<readonly T[]> {
  const malformed = (why: string): CloudError => new CloudError(why, { reason: 'unknown', operation });
  const items: T[] = [];
  const starts = new Set<string>();
  for (let query: Readonly<Record<string, string>> = { limit: pageLimit }; ;) {
    const page = await http.send<Page>({ method: 'GET', operation, path, query }, context);
    const found = page[field];
    if (!Array.isArray(found)) {
      throw malformed(`the answer has no ${field}`);
    }
    items.push(...(found as T[]));
    if (page.next === undefined) {
      return items;
    }
    const start = startOf(page.next.href);
    if (start === undefined) {
      throw malformed('the next page has no start token');
    }
    if (starts.has(start)) {
      throw malformed('the listing repeats a page');
    }
    starts.add(start);
    query = { limit: pageLimit, start };
  }
}

function startOf(href: string): string | undefined {
  const anyBase = 'https://next.invalid';
  return URL.canParse(href, anyBase)
    ? (new URL(href, anyBase).searchParams.get('start') ?? undefined)
    : undefined;
}
