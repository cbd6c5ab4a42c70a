/** Where a scan's report and its export stand in the bucket, and the link to the report. */
import { createHash } from 'node:crypto';

export interface ReportLocation {
  bucket: string;
  key: string;
  /** The S3 console's page of the object: the bucket is private. */
  link: string;
}

/**
 * @param scan the scan's execution name and start time (ISO 8601)
 */
export function reportLocation(
  scan: { name: string; startTime: string },
  bucket: string,
  region: string,
): ReportLocation {
  const day = scan.startTime.slice(0, 10);
  const name = keyText(scan.name);
  const key = `reports/${day}/${name}/report.html`;
  const link = `https://${region}.console.aws.amazon.com/s3/object/${encodeURIComponent(bucket)}?region=${region}&prefix=${encodeURIComponent(key)}`;
  return { bucket, key, link };
}

/** Everything exported; below it a folder for each dataset, below that one for each day (UTC) on which scans started. */
export const EXPORT_FOLDER = 'exports';

/** Tables that a scan is exported to. */
export const DATASETS = ['findings', 'coverage'] as const;
export type Dataset = (typeof DATASETS)[number];

/**
 * Keys of a scan's parts begin with this; what follows is `-<part>.json.gz`. The day is a partition as Hive writes it. A
 * hash of the id keeps scans apart whose names read alike in a key; `scan-` stands first because Athena passes over files
 * that begin with `_` or `.`.
 */
export function exportPrefix(
  scan: { id: string; name: string; startTime: string },
  dataset: Dataset,
): string {
  const hash = createHash('sha256').update(scan.id).digest('hex').slice(0, 12);
  return `${EXPORT_FOLDER}/${dataset}/scan_date=${scan.startTime.slice(0, 10)}/scan-${keyText(scan.name)}-${hash}`;
}

/** @param part from 1; the keys of at most 99,999 parts are in order */
export function exportKey(prefix: string, part: number): string {
  return `${prefix}-${String(part).padStart(5, '0')}.json.gz`;
}

function keyText(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 80);
}

/** The Step Functions console's page of an execution. */
export function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(executionArn)}`;
}
