/** What a pass has seen, as far as the guard's memory depends on it. */
import type { Answer } from '../observed.ts';

export interface Seen {
  readonly private: Answer | undefined;
  readonly public: Answer | undefined;
  /** By the local clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** By the cloud's. */
  readonly cloudNowMs: number;
  readonly identity: string;
  /** The private endpoint. */
  readonly over: string;
  /** The account's configuration allows it. */
  readonly mayClose: boolean;
  /** Deadline of one call: a write without an answer may take effect until then. */
  readonly timeoutMs: number;
}
