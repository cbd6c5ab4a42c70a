/** docs/controls/ as a whole: what has to be in it, whether it is, and how it gets there. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROL_PAGES, type ControlPage } from '../lambda/controls/catalogue.ts';
import { fileName, indexText, inOrder, pageText } from './control-page-text.ts';
import { contents, formatted } from './generated-doc.ts';

/** In the project. */
export const FOLDER = 'docs/controls';

/** Every file of docs/controls/ by its name, with its text as the repository formats it. */
export async function controlDocuments(controls: readonly ControlPage[]): Promise<Map<string, string>> {
  const texts: [string, string][] = [
    ['README.md', indexText(controls)],
    ...inOrder(controls).map((page): [string, string] => [fileName(page.id), pageText(page)]),
  ];
  const documents = new Map<string, string>();
  for (const [name, text] of texts) documents.set(name, await formatted(`${FOLDER}/${name}`, text));
  return documents;
}

/** What is wrong with a folder that should hold these documents and nothing else; a sentence each. */
export function complaints(documents: ReadonlyMap<string, string>, folder: string): string[] {
  const found = new Set(readdirSync(folder));
  const wrong = [...documents].flatMap(([name, text]) => {
    if (!found.has(name)) return `${FOLDER}/${name} is missing.`;
    return contents(join(folder, name)) === text ? [] : `${FOLDER}/${name} is stale.`;
  });
  const strays = [...found].filter((name) => !documents.has(name));
  return [...wrong, ...strays.map((name) => `${FOLDER}/${name} belongs to no control.`)];
}

/** Makes the folder hold these documents and nothing else. */
export function writeAll(documents: ReadonlyMap<string, string>, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of documents) writeFileSync(join(folder, name), text);
  for (const name of readdirSync(folder)) if (!documents.has(name)) rmSync(join(folder, name));
}

/**
 * Writes the pages, or with `--check` among the arguments says what is wrong with those that are there.
 *
 * @returns the exit code
 */
export async function run(
  args: readonly string[],
  folder: string,
  controls: readonly ControlPage[] = CONTROL_PAGES,
): Promise<number> {
  const documents = await controlDocuments(controls);
  if (!args.includes('--check')) {
    writeAll(documents, folder);
    console.log(`${documents.size} pages of ${FOLDER} are written.`);
    return 0;
  }
  const wrong = complaints(documents, folder);
  for (const one of wrong) console.error(`${one} Run \`npm run docs:controls\` and commit the result.`);
  if (wrong.length === 0) console.log(`${documents.size} pages of ${FOLDER} are fresh.`);
  return wrong.length === 0 ? 0 : 1;
}
