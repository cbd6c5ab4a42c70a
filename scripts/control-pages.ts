/**
 * `npm run docs:controls`: a page a control and their index in docs/controls/. With `--check` nothing is written, and a
 * page that is stale, missing or of no control makes it fail.
 */
import { join } from 'node:path';
import { FOLDER, run } from './control-documents.ts';

process.exitCode = await run(process.argv.slice(2), join(import.meta.dirname, '..', FOLDER));
