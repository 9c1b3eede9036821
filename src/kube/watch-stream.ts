/**
 * The body of a watch: one JSON event per line. A line that cannot be read ends the watch with an error, so
 * that the events after it are asked for again from the last version understood; none is ever skipped over.
 */
import { errorFromStatus, KubeError } from './errors.ts';
import { slim, type KubeObject } from './object.ts';

export type RawWatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Nothing changed up to this version. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** An ERROR event is thrown as the KubeError that it describes. */
export async function* readWatchEvents<T extends KubeObject>(
  chunks: AsyncIterable<Buffer>,
  attempted: string,
): AsyncGenerator<RawWatchEvent<T>, void, undefined> {
  for await (const line of readLines(chunks, attempted)) {
    const event = parseEvent<T>(line, attempted);
    if (event !== undefined) {
      yield event;
    }
  }
}

async function* readLines(chunks: AsyncIterable<Buffer>, attempted: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') {
    throw new KubeError(`${attempted}: ended in the middle of an event`, { reason: 'unavailable' });
  }
}

function parseEvent<T extends KubeObject>(line: string, attempted: string): RawWatchEvent<T> | undefined {
  const { type, object } = parseLine(line, attempted);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: slim(object as T) };
    case 'BOOKMARK':
      return { type, resourceVersion: (object as T).metadata.resourceVersion };
    case 'ERROR':
      throw errorFromStatus(attempted, object);
    default:
      // A type from the future would be opt-in; ending the watch over it could only loop.
      return undefined;
  }
}

function parseLine(line: string, attempted: string): { readonly type: unknown; readonly object: unknown } {
  let cause: unknown;
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null && 'type' in event && 'object' in event) {
      return event;
    }
  } catch (error) {
    cause = error;
  }
  throw new KubeError(`${attempted}: not a watch event`, { reason: 'unavailable' }, { cause });
}
