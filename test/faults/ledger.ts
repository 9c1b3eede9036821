/**
 * Intents and creates in the order in which they passed, and what they prove: a create is sent only under an intent
 * that the API server holds; none while an earlier one may still turn out to have made a gateway, under whatever
 * intent; and nobody takes the intent of such a create away (design §4.5).
 */
import type { Interference } from './interference.ts';
import type { Exchange } from './proxy.ts';

interface Intent {
  readonly name: string;
  readonly time: string;
}

interface Create {
  readonly name: string;
  readonly intent: Intent | undefined;
  /** When it was begun, by the cloud's clock. */
  readonly atMs: number;
  /** What its sender was told; `undefined`: nothing, or not yet. */
  told: number | undefined;
}

/**
 * A create is sent within two minutes of its intent, and what it made shows within two more (design §4.5); less what
 * the lane's clock jumps by with a call or two.
 */
const settleMs = 200_000;

export class Ledger {
  readonly #underWay = new Map<Exchange, Create>();
  readonly #creates: Create[] = [];
  readonly #problems: string[] = [];
  /** What the API server holds, by the path of the status. */
  readonly #intents = new Map<string, Intent | undefined>();

  /** An operator makes a call; `nowMs` is by the cloud's clock, here and below. */
  begun(exchange: Exchange, nowMs: number): void {
    if (exchange.method !== 'POST' || !exchange.path.endsWith('/endpoint_gateways')) {
      return;
    }
    const { name = '' } = JSON.parse(exchange.body) as { name?: string };
    const intent = [...this.#intents.values()].find((stored) => stored?.name === name);
    if (intent === undefined) {
      this.#problems.push(`a create of ${name} was sent without a stored intent`);
    }
    if (this.#creates.some((earlier) => earlier.name === name && isOpen(earlier, nowMs))) {
      this.#problems.push(`a second create of ${name} was sent while the first may have been carried out`);
    }
    const create: Create = { name, intent, atMs: nowMs, told: undefined };
    this.#creates.push(create);
    this.#underWay.set(exchange, create);
  }

  /** The server has answered, whatever the operator will be told. */
  served(replica: number, { path, status, body }: Exchange, nowMs: number): void {
    if (status !== 200 || !path.endsWith('/status')) {
      return;
    }
    const before = this.#intents.get(path);
    const next = (JSON.parse(body) as { status?: { id?: string; createIntent?: Intent } }).status;
    this.#intents.set(path, next?.createIntent);
    const isKept = before === undefined || next?.createIntent?.time === before.time;
    // A status with an id knows the gateway that the create has made.
    if (isKept || next?.id !== undefined) {
      return;
    }
    if (
      this.#creates.some(({ intent, ...create }) => intent?.time === before.time && isOpen(create, nowMs))
    ) {
      this.#problems.push(
        `operator ${replica} dropped the intent of a create that may have been carried out`,
      );
    }
  }

  /** What the operator was told: the server's answer, unless something was in the way. */
  told(exchange: Exchange, interference: Interference | undefined): void {
    const create = this.#underWay.get(exchange);
    if (create === undefined) {
      return;
    }
    this.#underWay.delete(exchange);
    if (interference === undefined) {
      create.told = exchange.status;
    } else if (interference.kind === 'answer') {
      create.told = interference.status;
    }
  }

  /** Creates that were sent, whatever became of them. */
  get creates(): number {
    return this.#creates.length;
  }

  /** What is wrong, as sentences. */
  problems(): readonly string[] {
    return this.#problems;
  }
}

/** Nobody can know yet whether it was carried out: only an answer below 500 tells, and not a time-out's. */
function isOpen({ told, atMs }: Pick<Create, 'told' | 'atMs'>, nowMs: number): boolean {
  const isDoubtful = told === undefined || told === 408 || told >= 500;
  return isDoubtful && nowMs - atMs < settleMs;
}
