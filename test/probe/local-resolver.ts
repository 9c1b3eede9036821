/** A DNS server on a UDP port of this machine, as little of one as c-ares takes an answer from (RFC 1035 §4.1). */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import type { Network } from '../../src/lib/network.ts';

/** The addresses of a name, or a response code. */
export type Record = readonly string[] | number;

export interface LocalResolver {
  /** Asks it, as `systemNetwork` asks the resolvers of its place. */
  readonly lookup: Network['lookup'];
  /** Names that were asked for, in order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const headerLength = 12;

/** A name that is not in the records gets no answer at all. */
export async function startResolver(
  records: Readonly<{ [name: string]: Record | undefined }>,
): Promise<LocalResolver> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (question, { port, address }) => {
    const name = nameIn(question);
    asked.push(name);
    const record = records[name];
    if (record !== undefined) {
      socket.send(answer(question, record), port, address);
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return {
    asked,
    lookup: async (name, signal) => {
      const resolver = new Resolver({ timeout: 600_000, tries: 1 });
      resolver.setServers([`127.0.0.1:${port}`]);
      signal.addEventListener('abort', () => resolver.cancel(), { once: true });
      return resolver.resolve4(name);
    },
    stop: async () => new Promise((resolve) => void socket.close(resolve)),
  };
}

function labelsIn(question: Buffer): readonly string[] {
  const labels: string[] = [];
  for (let at = headerLength; ;) {
    const length = question.readUInt8(at);
    if (length === 0) {
      return labels;
    }
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

function nameIn(question: Buffer): string {
  return labelsIn(question).join('.').toLowerCase();
}

function answer(question: Buffer, record: Record): Buffer {
  const [code, addresses] = typeof record === 'number' ? [record, []] : [0, record];
  const header = Buffer.alloc(headerLength);
  question.copy(header, 0, 0, 2);
  // A response, recursion desired and available; one question.
  header.writeUInt16BE(0x81_80 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  // The labels with their lengths, the root, type and class; what follows (EDNS) is not repeated.
  const length = labelsIn(question).reduce((sum, label) => sum + 1 + label.length, 1 + 4);
  const asked = question.subarray(headerLength, headerLength + length);
  const answers = addresses.map((address) =>
    // Pointer to the name, type A, class IN, no time to live, four bytes.
    Buffer.from([0xc0, headerLength, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, asked, ...answers]);
}
