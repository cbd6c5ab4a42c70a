/** Live progress of a scan, learned from what the workflow's handlers are given and answer. */
import type { ListAccountsOutput, ScanRegionOutput, SurveyAccountOutput } from '../lambda/contract.ts';
import type { WorkflowEvent } from '../local/workflow/run.ts';

export interface Progress {
  onEvent: (event: WorkflowEvent) => void;
  /** Counts, and what is being done now. */
  line: () => string;
  /** Counts alone. */
  counts: () => string;
}

/** @param onChange called after every event with the new line */
export function createProgress(onChange: (line: string) => void): Progress {
  const count = { accounts: 0, surveyed: 0, regions: 0, regionsDone: 0, identities: 0, shards: 0 };
  let now = 'listing the accounts';
  const counts = (): string =>
    `accounts ${count.surveyed}/${count.accounts}, Regions with identities ${count.regionsDone}/${count.regions}, identities ${count.identities}`;
  const line = (): string => `${counts()} | ${now}`;
  return {
    counts,
    line,
    onEvent(event) {
      if (event.kind === 'started') now = doing(event) ?? now;
      if (event.kind === 'ended') add(count, event);
      onChange(line());
    },
  };
}

type Counts = {
  accounts: number;
  surveyed: number;
  regions: number;
  regionsDone: number;
  identities: number;
  shards: number;
};

function add(count: Counts, { handler, input, output }: WorkflowEvent): void {
  if (handler === 'list-accounts') count.accounts = (output as ListAccountsOutput).accounts.length;
  if (handler === 'survey-account') {
    count.surveyed += 1;
    count.regions += (output as SurveyAccountOutput).regions.length;
  }
  if (handler === 'scan-region') {
    const before = (input as { cursor?: { judged: number } }).cursor?.judged ?? 0;
    count.identities += (output as ScanRegionOutput).judged - before;
    if ((output as ScanRegionOutput).done) count.regionsDone += 1;
  }
}

function doing({ handler, input }: WorkflowEvent): string | undefined {
  const { accountId, region, shard } = input as { accountId?: string; region?: string; shard?: string };
  switch (handler) {
    case 'survey-account':
      return `surveying ${accountId}`;
    case 'scan-region':
      return `judging ${accountId} in ${region}`;
    case 'record-failure':
      return `recording a failure of ${accountId ?? 'the scan'}`;
    case 'judge-domains':
      return `judging the domains of shard ${shard}`;
    case 'conclude-scan':
      return 'comparing with what the team was told';
    case 'write-report':
      return 'writing the report';
    default:
      return undefined;
  }
}
