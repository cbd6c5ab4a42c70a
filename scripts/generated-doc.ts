/** Writes a generated page, or says that the one in the repository is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const ROOT = join(import.meta.dirname, '..');

/**
 * @param path of the page, from the project's folder.
 * @param text Markdown; formatted as the repository formats it.
 * @param command the npm script that makes the page, for the message.
 * With `--check` among the arguments nothing is written, and the exit code is 1 when the page is not fresh.
 */
export async function publish(path: string, text: string, command: string): Promise<void> {
  const file = join(ROOT, path);
  const fresh = await formatted(path, text);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, fresh);
    console.log(`${path} is written.`);
    return;
  }
  if (contents(file) === fresh) {
    console.log(`${path} is fresh.`);
    return;
  }
  console.error(`${path} is stale. Run \`npm run ${command}\` and commit the result.`);
  process.exitCode = 1;
}

/** Markdown as the repository formats a page at this path. */
export async function formatted(path: string, text: string): Promise<string> {
  const file = join(ROOT, path);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

/** Of a file; `undefined` where there is none. */
export function contents(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
