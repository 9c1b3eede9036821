/** Where the repository lies. npm and jest both run in its root, which is all that is relied on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The absolute path of something that is committed; throws when it is not there. */
export function repositoryPath(...segments: string[]): string {
  const path = join(process.cwd(), ...segments);
  if (!existsSync(path)) {
    throw new Error(`${segments.join('/')} is not in ${process.cwd()}: run this from the repository's root`);
  }
  return path;
}
