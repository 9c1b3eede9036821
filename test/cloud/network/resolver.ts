/** One resolver of the network: a UDP port of this machine that answers DNS questions as one side of it sees them. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE, type Packet } from 'dns-packet';

/** What becomes of a question; nothing is said at all when it is undefined. */
export type Reply =
  | { readonly code: 'NOERROR'; readonly addresses: readonly string[] }
  | { readonly code: 'NXDOMAIN' | 'SERVFAIL' };

export type Answer = (question: {
  /** In lower case. */
  readonly name: string;
  readonly type: string;
}) => Promise<Reply | undefined> | Reply | undefined;

export interface Resolver extends AsyncDisposable {
  /** Address and port. */
  readonly at: string;
}

/** Nobody here keeps an answer. */
const TTL_S = 0;
/** Response codes are the last four bits of the flags (RFC 1035 §4.1.1). */
const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

export async function startResolver(answer: Answer): Promise<Resolver> {
  const socket = createSocket('udp4');
  const bound = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: '127.0.0.1', port: 0 }, resolve);
  });
  await bound;
  let isOpen = true;
  const reply = async (message: Buffer, { address, port }: RemoteInfo): Promise<void> => {
    const packet = questionIn(message);
    const response = packet === undefined ? undefined : await respond(packet, answer);
    if (response !== undefined && isOpen) {
      // A caller that is gone already is none of our business.
      socket.send(encode(response), port, address, () => undefined);
    }
  };
  socket.on('message', (message, from) => void reply(message, from));
  return {
    at: `127.0.0.1:${socket.address().port}`,
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

function questionIn(message: Buffer): Packet | undefined {
  try {
    const packet = decode(message);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

async function respond({ id, questions = [] }: Packet, answer: Answer): Promise<Packet | undefined> {
  const [question] = questions;
  if (question === undefined) {
    return undefined;
  }
  const reply = await answer({ name: question.name.toLowerCase(), type: question.type });
  if (reply === undefined) {
    return undefined;
  }
  const addresses = reply.code === 'NOERROR' && question.type === 'A' ? reply.addresses : [];
  return {
    type: 'response',
    ...(id !== undefined && { id }),
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | CODES[reply.code],
    questions: [question],
    answers: addresses.map((data) => ({ type: 'A', name: question.name, ttl: TTL_S, data })),
  };
}
