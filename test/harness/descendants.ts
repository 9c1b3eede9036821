/** Processes by whose session they are in and by who started them, for tests of how programs end. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { lookUpProcess, type ProcessIdentity } from '../lib/process-table.ts';

export interface Descendant extends ProcessIdentity {
  /** The command line. */
  readonly command: string;
}

interface Row {
  readonly pid: number;
  readonly parentPid: number;
  readonly session: number;
  readonly command: string;
}

/** All that lives in the session that a process leads or led; elsewhere than on Linux ps lists process groups only. */
export async function sessionOf(leaderPid: number): Promise<readonly Descendant[]> {
  return (await processes()).filter(({ session }) => session === leaderPid).flatMap(identify);
}

/** All that a process started, directly or not, whatever session that is in. Itself included. */
export async function descendantsOf(pid: number): Promise<readonly Descendant[]> {
  const rows = await processes();
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const row of rows.filter(({ parentPid }) => family.has(parentPid))) {
      family.add(row.pid);
    }
  }
  return rows.filter((row) => family.has(row.pid)).flatMap(identify);
}

async function processes(): Promise<readonly Row[]> {
  const session = process.platform === 'linux' ? 'sid=' : 'pgid=';
  const columns = ['pid=', 'ppid=', session, 'args='].flatMap((column) => ['-o', column]);
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', ...columns], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parentPid, leader, ...command] = line.trim().split(/\s+/);
      return {
        pid: Number(pid),
        parentPid: Number(parentPid),
        session: Number(leader),
        command: command.join(' '),
      };
    });
}

/** Gone again, or a zombie: nothing. */
function identify({ pid, command }: Row): readonly Descendant[] {
  const entry = lookUpProcess(pid);
  return entry === undefined ? [] : [{ pid, startTime: entry.startTime, command }];
}
