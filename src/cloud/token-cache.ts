/**
 * Keeps one access token and shares it among all callers of an account.
 *
 * The token managers of `ibm-cloud-sdk-core` cache as well, but not well enough for a program that runs for months
 * (seen with 5.9.1): they compare IBM's clock with the local one, so that a local clock that is an hour ahead asks
 * for a token at every call; an answer without a token while they renew in the background ends the process by an
 * unhandled rejection; and a revoked token stays until it expires. Here a token's life is counted on the local
 * clock from before it was asked for, and credentials that were replaced are noticed.
 */
import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';
import { CloudError } from './errors.ts';

export interface Token {
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  /** The account that the token acts in: claim `account.bss`. */
  readonly accountID: string;
}

export interface TokenSource {
  /** Throws a CloudError (`denied` when IAM refuses the credentials), or the signal's reason as soon as it aborts. */
  token(signal: AbortSignal): Promise<Token>;
  /** Forgets a token that a service refused, so that the next caller gets a fresh one. */
  invalidate(refused: Token): void;
}

/** A way to get tokens of an account. It belongs to all callers. */
export interface TokenIssuer {
  /**
   * Tells one state of the credentials from the next, such as a key file from the one that replaced it; asked at every
   * use of a token. `undefined` where there is nothing to tell apart, or for now nothing to read.
   */
  version(): Promise<string | undefined>;
  /** Asks for a token; must end by itself. */
  issue(): Promise<IssuedToken>;
}

export interface IssuedToken {
  readonly token: Token;
  readonly lifetimeMs: number;
}

/** A token is renewed while callers still use it, so that nobody waits, and is never used up to its very end. */
const renewAfter = 0.8;
const useUntil = 0.95;
/** A renewal that failed is repeated after this part of the token's life: half a minute of an hour. */
const renewAgainAfter = 1 / 120;
/** A failure is everybody's for this long, or for as long as IAM says: a thousand objects must not ask in vain. */
const failureHoldMs = 1_000;

/** Something that holds for a while; a clock that was set back ends it. */
interface Held<T> {
  readonly value: T;
  readonly sinceMs: number;
  readonly forMs: number;
}

export class TokenCache implements TokenSource {
  readonly #clock: Clock;
  readonly #issuer: TokenIssuer;
  #version: string | undefined;
  #token: Held<Token> | undefined;
  #failure: Held<unknown> | undefined;
  #renewAtMs = 0;
  #asking: Promise<Token> | undefined;

  constructor(clock: Clock, issuer: TokenIssuer) {
    this.#clock = clock;
    this.#issuer = issuer;
  }

  async token(signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    await this.#noticeReplacement();
    signal.throwIfAborted();
    const held = this.#token;
    if (!this.#holds(held)) {
      return abortable(this.#ask(), signal);
    }
    if (this.#clock.now() >= this.#renewAtMs) {
      this.#renewAtMs = this.#clock.now() + held.forMs * renewAgainAfter;
      // The token at hand serves on; if IAM is still in trouble when it is spent, the caller of then is told.
      this.#ask().catch(() => undefined);
    }
    return held.value;
  }

  invalidate(refused: Token): void {
    if (this.#token?.value === refused) {
      this.#token = undefined;
    }
  }

  /**
   * Replaced credentials are a reason to renew the token at once, which serves on meanwhile, and to ask again where the
   * old ones were refused.
   */
  async #noticeReplacement(): Promise<void> {
    const version = await this.#issuer.version();
    if (version !== undefined && version !== this.#version) {
      this.#version = version;
      this.#renewAtMs = this.#clock.now();
      this.#failure = undefined;
    }
  }

  /** Asks IAM, once for everybody who needs a token meanwhile. */
  async #ask(): Promise<Token> {
    if (this.#holds(this.#failure)) {
      throw this.#failure.value;
    }
    this.#asking ??= this.#renew().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #renew(): Promise<Token> {
    const askedAtMs = this.#clock.now();
    const version = this.#version;
    try {
      const { token, lifetimeMs } = await this.#issuer.issue();
      this.#token = { value: token, sinceMs: askedAtMs, forMs: lifetimeMs * useUntil };
      const isCurrent = version === this.#version;
      this.#renewAtMs = isCurrent ? askedAtMs + lifetimeMs * renewAfter : this.#clock.now();
      return token;
    } catch (error) {
      if (version === this.#version) {
        const retryAfterMs = error instanceof CloudError ? (error.retryAfterMs ?? 0) : 0;
        const forMs = Math.max(failureHoldMs, retryAfterMs);
        this.#failure = { value: error, sinceMs: this.#clock.now(), forMs };
      }
      throw error;
    }
  }

  #holds<T>(held: Held<T> | undefined): held is Held<T> {
    if (held === undefined) {
      return false;
    }
    const passedMs = this.#clock.now() - held.sinceMs;
    return passedMs >= 0 && passedMs < held.forMs;
  }
}
