import type { CallContext, CloudHttp } from './http.ts';
import { CloudError } from './errors.ts';

interface Page {
  readonly next?: { readonly href: string };
}

/** The largest page that the VPC API gives (vpc-endpoint-gateways §1.3). */
const pageLimit = '100';

/**
 * Reads a whole collection of the VPC API page by page. `next.href` is followed by its `start` token only, never as
 * a URL, so that an answer cannot direct a bearer token to another host.
 */
export async function listAll<T>(
  http: CloudHttp,
  list: { operation: string; path: string; field: string },
  context: CallContext,
): Promise<readonly T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let start: string | undefined;
  do {
    const query = { limit: pageLimit, ...(start !== undefined && { start }) };
    const page = await http.send<Page>({ method: 'GET', ...list, query }, context);
    items.push(...((page as Record<string, unknown>)[list.field] as readonly T[]));
    start = nextStart(page);
    if (start !== undefined && seen.has(start)) {
      const message = `${list.operation}: the listing repeats a page`;
      throw new CloudError(message, { reason: 'unknown', operation: list.operation });
    }
    seen.add(start ?? '');
  } while (start !== undefined);
  return items;
}

function nextStart(page: Page): string | undefined {
  return page.next === undefined
    ? undefined
    : (new URL(page.next.href, 'https://next.invalid').searchParams.get('start') ?? undefined);
}
