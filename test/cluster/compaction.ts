/** Compaction of etcd's history, through its JSON gateway on the socket that it serves. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

const deadlineMs = 30_000;
/** A key that nobody uses: every answer names the revision, whatever it was asked. */
const anyKey = Buffer.from('\0').toString('base64');

/** int64 is a string in this JSON. */
interface Answer {
  readonly header?: { readonly revision: string };
  readonly message?: string;
}

/**
 * Compacts up to the present revision and returns that. Resolves once the old revisions are gone from the store,
 * too (`physical`). Nothing to do is no error.
 */
export async function compact(socket: string): Promise<number> {
  const { header } = await post(socket, '/v3/kv/range', { key: anyKey, count_only: true });
  const revision = header?.revision;
  if (revision === undefined) {
    throw new Error('etcd did not tell its revision');
  }
  try {
    await post(socket, '/v3/kv/compaction', { revision, physical: true });
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('has been compacted'))) {
      throw error;
    }
  }
  return Number(revision);
}

async function post(socketPath: string, path: string, body: object): Promise<Answer> {
  const signal = AbortSignal.timeout(deadlineMs);
  const call = request({ socketPath, path, method: 'POST', signal, agent: false });
  call.end(JSON.stringify(body));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const answer = (await json(response)) as Answer;
  if (response.statusCode !== 200) {
    throw new Error(`etcd answers ${response.statusCode} to ${path}: ${answer.message}`);
  }
  return answer;
}
