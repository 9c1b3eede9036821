/** A network whose names and connections answer what the test says, and which remembers what was asked of it. */
import { Socket } from 'node:net';
import type { Clock } from '../../src/lib/clock.ts';
import type { Destination, Network } from '../../src/lib/network.ts';

export interface Question {
  /** The name, or `address:port`. */
  readonly about: string;
  readonly atMs: number;
}

/** `hang`: never; `slip`: an error without a code; other words are error codes. */
type Fate = 'hang' | 'slip' | (string & {});

export class ScriptedNetwork implements Network {
  /** Of a name: its addresses or an error; of an `address:port`: nothing or an error. */
  readonly fates = new Map<string, readonly string[] | Fate>();
  readonly questions: Question[] = [];
  readonly sockets: Socket[] = [];
  /** Lookups that have not settled. */
  underWay = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get openSockets(): number {
    return this.sockets.filter(({ destroyed }) => !destroyed).length;
  }

  /** Milliseconds of the clock at which something was asked, in order. */
  timesOf(about: string): readonly number[] {
    return this.questions.filter((question) => question.about === about).map(({ atMs }) => atMs);
  }

  async lookup(name: string, signal: AbortSignal): Promise<readonly string[]> {
    this.#note(name);
    const fate = this.fates.get(name) ?? 'ENOTFOUND';
    if (typeof fate !== 'string') {
      return fate;
    }
    if (fate !== 'hang') {
      throw failure(`queryA ${fate} ${name}`, fate);
    }
    this.underWay += 1;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.underWay -= 1;
        reject(signal.reason as Error);
      });
    });
  }

  resolvers(): readonly string[] {
    return ['10.0.0.53'];
  }

  dial({ host, port }: Destination): Socket {
    const about = `${host}:${port}`;
    this.#note(about);
    const socket = new Socket();
    this.sockets.push(socket);
    const fate = this.fates.get(about);
    if (typeof fate === 'string' && fate !== 'hang') {
      socket.destroy(failure(`connect ${fate} ${about}`, fate));
    } else if (fate !== 'hang') {
      queueMicrotask(() => socket.emit('connect'));
    }
    return socket;
  }

  peerOf(): string | undefined {
    return undefined;
  }

  #note(about: string): void {
    this.questions.push({ about, atMs: this.#clock.monotonic() });
  }
}

function failure(message: string, code: string): Error {
  return code === 'slip' ? new TypeError(message) : Object.assign(new Error(message), { code });
}
