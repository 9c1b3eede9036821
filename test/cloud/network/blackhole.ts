/** An address of this machine at which connects time out, for anybody. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { repositoryPath } from '../../lib/repository.ts';
import { BLACKHOLE } from './addresses.ts';
import type { BlackholeData } from './blackhole-worker.ts';

/** A queue with room for one takes two (Linux, `sk_acceptq_is_full`). */
const CLOGS = 2;

/** On the port of the wildcard listener. */
export async function openBlackhole(port: number): Promise<AsyncDisposable> {
  const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: BlackholeData = { host: BLACKHOLE, port, end };
  const file = repositoryPath('test', 'cloud', 'network', 'blackhole-worker.ts');
  const worker = new Worker(file, { workerData, execArgv: [] });
  await once(worker, 'message');
  const clogs: Socket[] = [];
  for (let index = 0; index < CLOGS; index += 1) {
    const clog = connect({ host: BLACKHOLE, port });
    // It is cut at the end.
    clog.on('error', () => undefined);
    clogs.push(clog);
    await once(clog, 'connect');
  }
  return {
    [Symbol.asyncDispose]: async () => {
      clogs.forEach((clog) => clog.destroy());
      const ended = once(worker, 'exit');
      Atomics.store(end, 0, 1);
      Atomics.notify(end, 0);
      await ended;
    },
  };
}
