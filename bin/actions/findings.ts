/** What the table of earlier scans holds, as a table or as JSON. */
import type { FindingsOptions } from '../commands/findings.ts';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ScanSettings } from '../../lambda/contract.ts';
import { CONTROL_PAGES } from '../../lambda/controls/catalogue.ts';
import { registrableDomain } from '../../lambda/controls/fixes.ts';
import { SEVERITIES, STATUSES } from '../../lambda/controls/types.ts';
import type { FindingFilter, FindingsTable, ListedFinding } from '../../lambda/findings/table.ts';
import { togetherByLoss } from '../../lambda/findings/unjudged.ts';
import type { WaiverUse } from '../../lambda/findings/waiver-matches.ts';
import { SES_REGIONS } from '../../lambda/organization/ses-regions.ts';
import { stateOf } from '../../lambda/report/waivers.ts';
import { runtimeFromEnvironment } from '../../lambda/scan/runtime.ts';
import { startStack } from '../../local/stack.ts';
import { fold, tableOf } from '../findings-table.ts';
import { interruption, printable } from '../interruption.ts';
import { DEFAULT_FOLDER, SANDBOX_FOLDER } from '../options.ts';
import { settingsOfLastScan } from '../settings-file.ts';

const DEFAULT_WIDTH = 120;

/** @throws Error with one sentence: no scans in the folder, or a filter that nothing can match */
export async function listFindings(options: FindingsOptions): Promise<void> {
  interruption.watch();
  const folder = resolve(options.folder ?? (options.sandbox ? SANDBOX_FOLDER : DEFAULT_FOLDER));
  if (!existsSync(join(folder, 'table'))) {
    throw new Error(
      `The folder ${folder} holds no scans. Run \`ses-posture scan\` first, or name its folder with --folder.`,
    );
  }
  refuseUnknownControl(options);
  needNoCredentials();
  const stack = await startStack({ folder, settings: settingsOfLastScan(folder) });
  try {
    const { table, settings } = runtimeFromEnvironment();
    await refuseUnknownPlaces(options, table, folder);
    const filter = filterOf(options);
    const found: ListedFinding[] = [];
    for await (const finding of table.listFindings(filter)) found.push(finding);
    if (found.length === 0 && filter.domain !== undefined)
      await refuseUnknownDomain(filter.domain, table, folder);
    found.sort(bySeverity);
    if (options.json) console.log(JSON.stringify(found, null, 2));
    else {
      show(found);
      if (options.waived) showWaivers(await table.countWaiverMatches(settings.waivers), settings);
    }
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

/** An empty list would be taken for "nothing is wrong". */
function refuseUnknownControl({ control }: FindingsOptions): void {
  if (control === undefined) return;
  const ids = CONTROL_PAGES.map(({ id }) => id);
  if (ids.includes(control.toUpperCase())) return;
  const area = control.toUpperCase().split('-')[0] ?? '';
  const alike = ids.filter((id) => id.startsWith(`${area}-`)).sort();
  const hint =
    alike.length > 0 ? `There are ${alike.join(', ')}.` : 'docs/controls lists them, DKIM-05 is one.';
  throw new Error(`No control has the id "${control}". ${hint}`);
}

async function refuseUnknownPlaces(
  { account, region }: FindingsOptions,
  table: FindingsTable,
  folder: string,
): Promise<void> {
  if (account === undefined && region === undefined) return;
  const accounts = await table.listAccounts();
  if (account !== undefined && !accounts.some(({ accountId }) => accountId === account)) {
    const ids = accounts.map(({ accountId }) => accountId);
    const held = ids.length <= 20 ? `They hold ${ids.join(', ')}.` : `They hold ${ids.length} others.`;
    throw new Error(`The scans in ${folder} hold no account ${account}. ${held}`);
  }
  const isRegion = (name: string): boolean =>
    SES_REGIONS.includes(name) || accounts.some(({ regions }) => regions.includes(name));
  if (region !== undefined && !isRegion(region)) {
    throw new Error(`Amazon SES has no Region ${region}, and the scans in ${folder} hold nothing of one.`);
  }
}

/** A known domain may well have nothing that matches; one that no scan has met is a slip of the pen. */
async function refuseUnknownDomain(domain: string, table: FindingsTable, folder: string): Promise<void> {
  if (await isKnown(table, domain)) return;
  const above = await knownAbove(table, domain);
  throw new Error(
    `The scans in ${folder} have not met ${domain}: it is no identity, From domain or MAIL FROM domain of theirs, and neither is any name below it. ${above === undefined ? 'See what is there with `ses-posture findings --status pass`, or scan first.' : `They know ${above}.`}`,
  );
}

async function knownAbove(table: FindingsTable, domain: string): Promise<string | undefined> {
  const registrable = registrableDomain(domain);
  for (let name = domain; name.length > registrable.length;) {
    name = name.slice(name.indexOf('.') + 1);
    if (await isKnown(table, name)) return name;
  }
  return undefined;
}

async function isKnown(table: FindingsTable, domain: string): Promise<boolean> {
  for await (const _ of table.listFindings({ domain, statuses: STATUSES })) return true;
  return false;
}

function filterOf(options: FindingsOptions): FindingFilter {
  const severities = options.severity
    ? SEVERITIES.slice(0, SEVERITIES.indexOf(options.severity) + 1)
    : undefined;
  return {
    ...(options.account ? { accountId: options.account } : {}),
    ...(options.region ? { region: options.region } : {}),
    ...(options.domain ? { domain: options.domain.toLowerCase().replace(/\.$/, '') } : {}),
    ...(options.control ? { controlId: options.control.toUpperCase() } : {}),
    ...(severities ? { severities } : {}),
    ...(options.status ? { statuses: [options.status] } : {}),
    ...(options.waived ? { waived: true } : {}),
  };
}

function bySeverity(left: ListedFinding, right: ListedFinding): number {
  const rank = ({ severity }: ListedFinding): number => SEVERITIES.indexOf(severity);
  return rank(left) - rank(right) || (left.key < right.key ? -1 : 1);
}

function show(found: ListedFinding[]): void {
  if (found.length === 0) {
    console.log('No finding matches.');
    return;
  }
  console.log(tableOf(found, process.stdout.columns ?? DEFAULT_WIDTH));
  const waived = found.filter(({ finding }) => finding.known?.waived).length;
  const together = togetherByLoss(found, ({ finding }) => finding).some(({ lost }) => lost !== undefined);
  console.log(
    `${found.length} ${found.length === 1 ? 'finding' : 'findings'}${waived > 0 ? `, ${waived} waived` : ''}${together ? ', what one loss explains in one row' : ''}; --json shows ${together ? 'each with ' : ''}evidence and fixes.`,
  );
}

/** What each waiver of the last scan's settings covers today; one that covers nothing is named as unused. */
function showWaivers(uses: readonly WaiverUse[], settings: ScanSettings): void {
  console.log(uses.length === 0 ? '\nThe last scan had no waivers.' : '\nWaivers of the last scan:');
  const when = {
    time: new Date().toISOString(),
    noticeDays: settings.thresholds.expiryNoticeDays,
  };
  for (const use of uses) {
    const { control, account, region, subject, owner, expires } = use.waiver;
    const covers = `${use.open} open ${use.open === 1 ? 'finding' : 'findings'}`;
    const line = `- ${control} of ${subject} in ${account} ${region}: by ${owner} until ${expires}; ${stateOf(use, when)}; ${covers}`;
    console.log(fold(printable(line), DEFAULT_WIDTH));
  }
}
