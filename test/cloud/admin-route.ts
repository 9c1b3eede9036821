/** A route of the admin listener as data. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly does: string;
  /** Its result is the answer; nothing means 204. */
  readonly run: (asked: Asked) => unknown;
}

export function route(at: string, does: string, run: AdminRoute['run']): AdminRoute {
  const [method, path = ''] = at.split(' ');
  return { method: method as AdminRoute['method'], path, does, run };
}
