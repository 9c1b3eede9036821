/** The API server's audit log: who asked for what. */
import { readFile } from 'node:fs/promises';

export interface AuditEntry {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI?: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

export async function readAudit(path: string): Promise<readonly AuditEntry[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  // The last line may still be in the writing.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEntry);
}

/** The rules did not let it through. */
export function isForbidden({ responseStatus, annotations }: AuditEntry): boolean {
  return responseStatus?.code === 403 || annotations?.['authorization.k8s.io/decision'] === 'forbid';
}

const writeVerbs: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export function isWrite(entry: AuditEntry): boolean {
  return writeVerbs.has(entry.verb);
}
