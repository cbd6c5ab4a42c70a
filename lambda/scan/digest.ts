/** The mail step of a scan: what the digest says beside the changes, and its way to SNS. */
import { publishDigest } from '../alerts/publish.ts';
import { renderDigest, type DigestHeader } from '../alerts/digest.ts';
import type { WaiverNotices } from '../alerts/waivers.ts';
import { ENV, type Scan } from '../contract.ts';
import { attestationsEndingSoon } from '../controls/attestations.ts';
import { endsSoon, hasEnded } from '../controls/waivers.ts';
import { runMailStep } from '../findings/mail.ts';
import type { ScanTotals } from '../findings/types.ts';
import { executionLink, reportLocation } from '../report/location.ts';
import type { Runtime } from './runtime.ts';

export interface DigestSent {
  /** False: the time ended first; call again with `resume`. */
  done: boolean;
  resume?: string;
  number?: number;
  /** Subjects with a change in this scan's digest. */
  changes: number;
}

export async function sendDigest(
  scan: Scan,
  runtime: Runtime,
  work: { totals: ScanTotals; problems: string[]; resume?: string; msLeft: () => number },
): Promise<DigestSent> {
  let asked: Promise<WaiverNotices> | undefined;
  const notices = (): Promise<WaiverNotices> => (asked ??= waiverNotices(scan, runtime));
  const outcome = await runMailStep<DigestHeader>({
    table: runtime.table,
    scan,
    header: async ({ number, date, tally }) => ({
      organizationName: runtime.settings.organizationName,
      number,
      date,
      tally,
      scan,
      totals: work.totals,
      problems: work.problems,
      waivers: await notices(),
      links: links(scan, runtime),
    }),
    render: renderDigest,
    publish: (message, signal) => publishDigest(runtime.sns, runtime.findingsTopicArn, message, signal),
    owner: scan.id,
    sendAllQuiet: runtime.settings.sendAllQuiet,
    announces: async () => {
      const { endSoon, ended, attestations = [] } = await notices();
      return endSoon.length + ended.length + attestations.length > 0;
    },
    msLeft: work.msLeft,
    ...(work.resume ? { resume: work.resume } : {}),
  });
  return {
    done: outcome.done,
    changes: outcome.entries,
    ...(outcome.digest === undefined ? {} : { number: outcome.digest }),
    ...(outcome.resume === undefined ? {} : { resume: outcome.resume }),
  };
}

/** Waivers about to end or over that still cover something open, and attestations about to end. Findings are read only where there are such waivers. */
async function waiverNotices({ startTime }: Scan, { settings, table }: Runtime): Promise<WaiverNotices> {
  const { expiryNoticeDays } = settings.thresholds;
  const due = settings.waivers.filter(
    (waiver) => hasEnded(waiver, startTime) || endsSoon(waiver, startTime, expiryNoticeDays),
  );
  const needed = (await table.countWaiverMatches(due)).filter(({ open }) => open > 0);
  return {
    endSoon: needed.filter(({ waiver }) => !hasEnded(waiver, startTime)),
    ended: needed.filter(({ waiver }) => hasEnded(waiver, startTime)),
    attestations: attestationsEndingSoon(settings.attestations, startTime, expiryNoticeDays),
  };
}

function links(scan: Scan, runtime: Runtime): { execution?: string; report: string } {
  const { key, link } = reportLocation(scan, runtime.reportBucketName, runtime.homeRegion);
  const base = process.env[ENV.reportBaseUrl];
  return {
    ...(scan.executionArn.startsWith('arn:') ? { execution: executionLink(scan.executionArn) } : {}),
    report: base ? `${base}/${key}` : link,
  };
}
