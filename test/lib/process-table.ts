/**
 * What the system knows of a process that need not be ours. A pid alone names nothing for long, since the
 * system hands it out again: whoever keeps a pid keeps the start time with it, and compares both before
 * sending a signal.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only. */
  readonly startTime: string;
}

export interface ProcessEntry extends ProcessIdentity {
  readonly parentPid: number;
  /** The program's short name, without folder and arguments. */
  readonly command: string;
}

/** The process with this pid; `undefined` when there is none or it is a zombie, which nothing can end again. */
export function lookUpProcess(pid: number): ProcessEntry | undefined {
  return process.platform === 'linux' ? lookUpInProc(pid) : lookUpWithPs(pid);
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return lookUpProcess(pid)?.startTime === startTime;
}

/** Fields are counted from the last `)`, because the name between the parentheses may hold anything: proc(5). */
function lookUpInProc(pid: number): ProcessEntry | undefined {
  const stat = readUnlessGone(pid);
  if (stat === undefined) {
    return undefined;
  }
  const nameEnd = stat.lastIndexOf(')');
  const [state, parentPid, ...rest] = stat.slice(nameEnd + 2).split(' ');
  const startTime = rest[17];
  if (state === 'Z' || state === 'X' || parentPid === undefined || startTime === undefined) {
    return undefined;
  }
  const command = stat.slice(stat.indexOf('(') + 1, nameEnd);
  return { pid, startTime, parentPid: Number(parentPid), command };
}

function readUnlessGone(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}

function lookUpWithPs(pid: number): ProcessEntry | undefined {
  let line: string;
  try {
    // The five words of lstart are a date; asking for it in the C locale keeps them five.
    line = execFileSync('ps', ['-o', 'ppid=,state=,lstart=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
  const [parentPid, state, ...rest] = line.trim().split(/\s+/);
  if (parentPid === undefined || state === undefined || state.startsWith('Z')) {
    return undefined;
  }
  const command = rest.slice(5).join(' ');
  return {
    pid,
    startTime: rest.slice(0, 5).join(' '),
    parentPid: Number(parentPid),
    command: command.slice(command.lastIndexOf('/') + 1),
  };
}
