/** What a scan exported, read back the way Athena reads it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Dataset } from '../../lambda/report/location.ts';
import type { Stack } from '../../local/stack.ts';

export interface Part {
  /** Below the dataset's folder. */
  key: string;
  rows: Row[];
}

export type Row = { [column: string]: string | number | boolean | null };

/** Every file of a dataset in order of keys, with `scan_date` from its folder as Athena adds it. */
export function partsOf(stack: Stack, dataset: Dataset): Part[] {
  const folder = join(stack.bucketFolder, 'ses-posture-reports', 'exports', dataset);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((key) => {
      const lines = gunzipSync(readFileSync(join(folder, key)))
        .toString('utf8')
        .split('\n')
        .filter(Boolean);
      const [, scan_date = ''] = /scan_date=([\d-]+)/.exec(key) ?? [];
      return { key, rows: lines.map((line) => ({ ...(JSON.parse(line) as Row), scan_date })) };
    });
}

export function rowsOf(stack: Stack, dataset: Dataset): Row[] {
  return partsOf(stack, dataset).flatMap(({ rows }) => rows);
}
