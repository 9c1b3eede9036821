/**
 * What a source file imports, read with regular expressions: statements at the beginning of a line, as prettier
 * prints them, and `import()` of a literal.
 */
import { posix } from 'node:path';

export interface SourceFile {
  /** Relative to the repository: `src/kube/store.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written: `./store.ts`, `node:fs`, `axios`. */
  readonly specifier: string;
  /** The file that a relative specifier means, or else the specifier. */
  readonly target: string;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  const statements = code.matchAll(/^(?:import|export)\s+(?:([^'";=()]*?)\s*from\s*)?'([^']+)'/gm);
  const calls = code.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...Array.from(statements, ([, clause = '', specifier = '']) =>
      importOf(file, specifier, isTypeClause(clause)),
    ),
    ...Array.from(calls, ([, specifier = '']) => importOf(file, specifier, false)),
  ];
}

/** Good enough for formatted sources: a `//` inside a string has no space before it. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

function importOf(file: SourceFile, specifier: string, typeOnly: boolean): Import {
  const relative = specifier.startsWith('.');
  const target = relative ? posix.join(posix.dirname(file.path), specifier) : specifier;
  return { specifier, target, typeOnly };
}

/** `type { A }` and `type * as a`, or braces in which every name is marked: `{ type A, type B }`. */
function isTypeClause(clause: string): boolean {
  if (/^type\s+[{*\w]/.test(clause)) {
    return true;
  }
  const names =
    /^\{([^}]*)\}$/
      .exec(clause)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  return names.length > 0 && names.every((name) => name === '' || name.startsWith('type '));
}
