/**
 * Calls that take no proxy, because a placed operator makes them by a service's own name through the simulated network,
 * such as those to key management. The cloud shows them at the same two moments, so that they are named, counted, held
 * up and struck as those are that pass a proxy; a refusal is in the words of the service that was called.
 */
import type { Harm, Interceptor } from '../cloud/faults.ts';
import type { KeySide } from '../cloud/keys/model.ts';
import type { LoggedRequest } from '../cloud/request-log.ts';
import type { Interference } from './interference.ts';
import type { Exchange, Observer } from './proxy.ts';

export interface Observers {
  readonly before: Observer;
  readonly after: Observer;
}

/** Whose call it is, the source address says; calls from elsewhere, such as a test's own, pass unseen. */
export class NetworkCalls implements Interceptor {
  readonly #observers = new Map<string, Observers>();
  readonly #exchanges = new WeakMap<LoggedRequest, Exchange>();

  add(source: string, observers: Observers): void {
    this.#observers.set(source, observers);
  }

  async before(request: LoggedRequest): Promise<Harm | undefined> {
    const exchange = exchangeOf(request);
    this.#exchanges.set(request, exchange);
    return harmOf(await this.#observers.get(request.source)?.before(exchange));
  }

  async after(request: LoggedRequest, status: number): Promise<Harm | undefined> {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined) {
      return undefined;
    }
    exchange.status = status;
    return harmOf(await this.#observers.get(request.source)?.after(exchange));
  }
}

/** Without content: the cloud has not read it yet. The request log has it afterwards. */
function exchangeOf({ method, path, query, service }: LoggedRequest): Exchange {
  const asked = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  const side = /-(public|private)$/.exec(service)?.[1];
  return {
    method,
    path,
    query: new URLSearchParams(asked),
    contentType: '',
    body: '',
    status: undefined,
    ...(side !== undefined && { side: side as KeySide }),
  };
}

function harmOf(interference: Interference | undefined): Harm | undefined {
  switch (interference?.kind) {
    case undefined: {
      return undefined;
    }
    case 'drop': {
      return { drop: true };
    }
    case 'silence': {
      return { silent: true };
    }
    case 'answer': {
      const { status, headers = {} } = interference;
      const retryAfter = headers['retry-after'];
      return { status, ...(retryAfter !== undefined && { retryAfter }) };
    }
  }
}
