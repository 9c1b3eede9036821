/**
 * The fault plan: which requests fail, how, and how often. A fault set for `before` answers (or cuts the
 * connection) without the handler ever running; one set for `after` lets the handler commit first, which is
 * how a lost answer looks to a client. The first rule that matches a request decides; later ones do not count it.
 */
import type { LoggedRequest } from './request-log.ts';

export const SERVICES = [
  'vpc',
  'iam',
  'metadata',
  'tagging',
  'search',
  'catalog',
  'resource-controller',
  'resource-manager',
  'keys-public',
  'keys-private',
  'tke-public',
  'tke-private',
  'hpcs-broker',
] as const;
export type Service = (typeof SERVICES)[number];

/** What becomes of a request. */
export interface Harm {
  /** Cuts the connection instead of answering. */
  readonly drop?: boolean;
  /** Never answers. */
  readonly silent?: boolean;
  readonly status?: number;
  /** Error code of the answer; IBM's usual one for the status when absent. */
  readonly code?: string;
  /** Value of the `Retry-After` header: seconds or an HTTP date. */
  readonly retryAfter?: string | number;
}

/**
 * Sees every request at both of its moments, and decides what becomes of it; the request stands still meanwhile. One
 * that it harms before the handler is struck by no rule, and not shown to it again. In this process only.
 */
export interface Interceptor {
  before(request: LoggedRequest): Promise<Harm | undefined>;
  /** With the status of the answer, which is not sent yet. */
  after(request: LoggedRequest, status: number): Promise<Harm | undefined>;
}

export interface FaultRule extends Harm {
  readonly service?: Service;
  readonly method?: string;
  /** A regular expression that the path (without query) must contain. */
  readonly path?: string;
  /** IBM's operation id, such as `create_endpoint_gateway`. */
  readonly operation?: string;
  /** Lets this many matches pass unharmed first. */
  readonly skip?: number;
  /** Strikes this many matches, then never again; absent = until cleared. */
  readonly times?: number;
  /** Strikes only every n-th of the matches that are not skipped, beginning with the n-th. */
  readonly every?: number;
  readonly when?: 'before' | 'after';
  /** Something that happens in the cloud just then, such as a stranger's call; waited for. In this process only. */
  readonly meanwhile?: () => Promise<void>;
  readonly delayMs?: number;
}

export interface FaultState extends FaultRule {
  readonly id: string;
  /** Requests that matched, the skipped ones included. */
  readonly matched: number;
  /** Requests that were struck. */
  readonly struck: number;
}

export interface FaultSubject {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  readonly operation: string | undefined;
}

export class FaultPlan {
  interceptor: Interceptor | undefined;
  readonly #rules = new Map<string, { rule: FaultRule; path: RegExp; matched: number; struck: number }>();
  #lastId = 0;

  /** Throws a SyntaxError when `path` is not a regular expression. */
  add(rule: FaultRule): string {
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    this.#rules.set(id, { rule, path: new RegExp(rule.path ?? ''), matched: 0, struck: 0 });
    return id;
  }

  clear(id?: string): void {
    if (id === undefined) {
      this.#rules.clear();
    } else {
      this.#rules.delete(id);
    }
  }

  list(): FaultState[] {
    return [...this.#rules].map(([id, { rule, matched, struck }]) => ({ ...rule, id, matched, struck }));
  }

  /** The fault that strikes this request, which is counted. */
  strike(subject: FaultSubject): FaultRule | undefined {
    for (const entry of this.#rules.values()) {
      const { rule } = entry;
      if (!matches(rule, entry.path, subject) || entry.struck >= (rule.times ?? Infinity)) {
        continue;
      }
      entry.matched += 1;
      const open = entry.matched - (rule.skip ?? 0);
      if (open > 0 && open % (rule.every ?? 1) === 0) {
        entry.struck += 1;
        return rule;
      }
      return undefined;
    }
    return undefined;
  }
}

function matches(rule: FaultRule, path: RegExp, subject: FaultSubject): boolean {
  return (
    (rule.service === undefined || rule.service === subject.service) &&
    (rule.method === undefined || rule.method.toUpperCase() === subject.method) &&
    (rule.operation === undefined || rule.operation === subject.operation) &&
    path.test(subject.path)
  );
}
