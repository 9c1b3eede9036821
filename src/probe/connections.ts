/**
 * Whether a connection comes about. No credentials and no data are sent, and nothing of it is left open, whatever
 * happens.
 */
import { type ConnectionSubject, openSocket, type Opening } from '../lib/connecting.ts';
import type { ConnectionResult } from './proof-types.ts';

/** Opens a connection and closes it again. Rejects as `openSocket` does. */
export async function openConnection(
  subject: ConnectionSubject,
  opening: Opening,
  signal: AbortSignal,
): Promise<ConnectionResult> {
  const opened = await openSocket(subject, opening, signal);
  if ('failure' in opened) {
    return { ...subject, failure: opened.failure };
  }
  opened.socket.destroy();
  return subject;
}
