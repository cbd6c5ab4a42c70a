/** The table of earlier scans, opened for reading without anything of AWS. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FindingsTable } from '../lambda/findings/table.ts';
import { runtimeFromEnvironment } from '../lambda/scan/runtime.ts';
import { startStack } from '../local/stack.ts';
import { DEFAULT_FOLDER, SANDBOX_FOLDER } from './options.ts';
import { settingsOfLastScan } from './settings-file.ts';

/**
 * Opens the table in the folder of earlier scans for as long as `work` takes.
 *
 * @throws Error with one sentence: no scans in the folder
 */
export async function withStoredTable<T>(
  options: { folder?: string; sandbox?: boolean },
  work: (table: FindingsTable) => Promise<T>,
): Promise<T> {
  const folder = resolve(options.folder ?? (options.sandbox ? SANDBOX_FOLDER : DEFAULT_FOLDER));
  if (!existsSync(join(folder, 'table'))) {
    throw new Error(
      `The folder ${folder} holds no scans. Run \`ses-posture scan\` first, or name its folder with --folder.`,
    );
  }
  needNoCredentials();
  const stack = await startStack({ folder, settings: settingsOfLastScan(folder) });
  try {
    return await work(runtimeFromEnvironment().table);
  } finally {
    await stack.close();
  }
}

/** Nothing of AWS is asked, and the embedded table takes any key: the caller's own need not be there, nor valid. */
function needNoCredentials(): void {
  const any = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };
  Object.assign(process.env, any);
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
}
