/** Where a scan's report stands in the bucket, and the link to it. */

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
  const name = scan.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 80);
  const key = `reports/${day}/${name}/report.html`;
  const link = `https://${region}.console.aws.amazon.com/s3/object/${encodeURIComponent(bucket)}?region=${region}&prefix=${encodeURIComponent(key)}`;
  return { bucket, key, link };
}

/** The Step Functions console's page of an execution. */
export function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(executionArn)}`;
}
