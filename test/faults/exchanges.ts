/** Exchanges as the proxy reports them, for tests. */
import type { Exchange } from './proxy.ts';

interface Given {
  readonly contentType?: string;
  readonly body?: unknown;
  readonly status?: number;
}

/** `line` is method and path, with a query if there is one. */
export function exchangeOf(line: string, { contentType = '', body, status }: Given = {}): Exchange {
  const [method = '', target = ''] = line.split(' ');
  const { pathname: path, searchParams: query } = new URL(target, 'http://server');
  return {
    method,
    path,
    query,
    contentType,
    body: body === undefined ? '' : JSON.stringify(body),
    status,
  };
}

export const applyPatch = 'application/apply-patch+yaml';
