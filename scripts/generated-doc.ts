/** Writes a generated page, or says that the one in the repository is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/**
 * @param path of the page, from the project's folder.
 * @param text Markdown; formatted as the repository formats it.
 * @param command the npm script that makes the page, for the message.
 * With `--check` among the arguments nothing is written, and the exit code is 1 when the page is not fresh.
 */
export async function publish(path: string, text: string, command: string): Promise<void> {
  const file = join(import.meta.dirname, '..', path);
  const fresh = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (!process.argv.includes('--check')) {
    writeFileSync(file, fresh);
    console.log(`${path} is written.`);
    return;
  }
  if (read(file) === fresh) {
    console.log(`${path} is fresh.`);
    return;
  }
  console.error(`${path} is stale. Run \`npm run ${command}\` and commit the result.`);
  process.exitCode = 1;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
