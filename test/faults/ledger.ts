/**
 * Intents and creates in the order in which they passed, and what they prove: a create is sent only under an intent
 * that the API server holds, no second one under the same intent once the first may have taken effect, and nobody
 * takes the intent of a create away that is under way (design §4.5).
 */
import { intentIn, type IntentInStatus } from './call-name.ts';
import type { Exchange, Interference } from './proxy.ts';

interface Create {
  readonly replica: number;
  readonly name: string;
  readonly intent: IntentInStatus | undefined;
  /** What the operator was told; `undefined`: nothing, or not yet. */
  told: number | undefined;
}

/** An intent is nobody's to remove for two minutes in which its create may be sent, and two in which that shows. */
const settleMs = 240_000;

export class Ledger {
  readonly #underWay = new Map<Exchange, Create>();
  readonly #creates: Create[] = [];
  readonly #overwritten: string[] = [];
  /** What the API server holds, by the path of the status. */
  readonly #intents = new Map<string, IntentInStatus | undefined>();

  begun(replica: number, exchange: Exchange): void {
    if (exchange.method !== 'POST' || !exchange.path.endsWith('/endpoint_gateways')) {
      return;
    }
    const { name = '' } = JSON.parse(exchange.body) as { name?: string };
    const intent = [...this.#intents.values()].find((stored) => stored?.name === name);
    const create: Create = { replica, name, intent, told: undefined };
    this.#creates.push(create);
    this.#underWay.set(exchange, create);
  }

  /** `exchange.status` is the server's answer, if it ever saw the call; `nowMs` is by the cloud's clock. */
  ended(
    replica: number,
    exchange: Exchange,
    { interference, nowMs }: { readonly interference: Interference | undefined; readonly nowMs: number },
  ): void {
    const create = this.#underWay.get(exchange);
    if (create !== undefined) {
      create.told = interference === undefined ? exchange.status : toldBy(interference);
      this.#underWay.delete(exchange);
    }
    if (exchange.status === 200 && exchange.path.endsWith('/status')) {
      this.#written(replica, exchange, nowMs);
    }
  }

  /** Creates that were sent, whatever became of them. */
  get creates(): number {
    return this.#creates.length;
  }

  /** What is wrong, as sentences. */
  problems(): readonly string[] {
    const doubtful = new Set<string>();
    const creates = this.#creates.flatMap(({ name, intent, told }) => {
      if (intent === undefined) {
        return [`a create of ${name} was sent without a stored intent`];
      }
      const identity = `${intent.name} ${intent.time}`;
      if (doubtful.has(identity)) {
        return [`a second create of ${name} was sent under the intent of ${intent.time}`];
      }
      if (mayHaveCommitted(told)) {
        doubtful.add(identity);
      }
      return [];
    });
    return [...creates, ...this.#overwritten];
  }

  #written(replica: number, { path, body }: Exchange, nowMs: number): void {
    const before = this.#intents.get(path);
    const intent = intentIn(body);
    this.#intents.set(path, intent);
    const isHot = nowMs - Date.parse(before?.time ?? '') < settleMs;
    const isUnderWay = [...this.#underWay].some(
      ([{ status }, create]) =>
        status === undefined && create.replica !== replica && create.intent?.time === before?.time,
    );
    if (intent === undefined && isHot && isUnderWay) {
      this.#overwritten.push(`operator ${replica} overwrote the intent of a create that was under way`);
    }
  }
}

function toldBy(interference: Interference): number | undefined {
  return interference.kind === 'answer' ? interference.status : undefined;
}

/** Only a 4xx promises that nothing happened, and not a time-out's. */
function mayHaveCommitted(told: number | undefined): boolean {
  return told === undefined || told < 400 || told === 408 || told >= 500;
}
