/** What may become of a call on its way. */
import type { ServerResponse } from 'node:http';

/** What the client gets instead of the server's answer. */
export type Interference =
  /** The connection is cut. */
  | { readonly kind: 'drop' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    };

export const drop: Interference = { kind: 'drop' };
export const silence: Interference = { kind: 'silence' };

export function interfere(response: ServerResponse, interference: Interference): void {
  if (interference.kind === 'drop') {
    response.destroy();
  } else if (interference.kind === 'answer') {
    response.writeHead(interference.status, { 'content-type': 'application/json', ...interference.headers });
    response.end(JSON.stringify(interference.body));
  }
}
