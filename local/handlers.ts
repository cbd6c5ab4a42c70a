/** The real Lambda handlers, by the names that the synthesized workflow gives them. */
import './without-tracing.ts';
import type { Handler } from './workflow/lambda-context.ts';
import { handler as concludeScan } from '../lambda/handlers/conclude-scan.ts';
import { handler as judgeDomains } from '../lambda/handlers/judge-domains.ts';
import { handler as listAccounts } from '../lambda/handlers/list-accounts.ts';
import { handler as recordFailure } from '../lambda/handlers/record-failure.ts';
import { handler as scanRegion } from '../lambda/handlers/scan-region.ts';
import { handler as surveyAccount } from '../lambda/handlers/survey-account.ts';
import { handler as watchScans } from '../lambda/handlers/watch-scans.ts';
import { handler as writeReport } from '../lambda/handlers/write-report.ts';

export const handlers: { [name: string]: Handler } = {
  'list-accounts': listAccounts,
  'survey-account': surveyAccount,
  'scan-region': scanRegion,
  'record-failure': recordFailure,
  'judge-domains': judgeDomains,
  'conclude-scan': concludeScan,
  'write-report': writeReport,
  'watch-scans': watchScans,
};
