/**
 * The columns of the SQL export's two tables. docs/queries.md has them as Athena's DDL with a sentence on each; a test
 * holds the two together. New columns go to the end: the SerDe finds columns by name, and what was exported before lacks them.
 */
import { CONTROL_PAGES } from '../controls/catalogue.ts';
import type { Subject } from '../controls/types.ts';
import { isOpenUnwaived } from '../findings/compare.ts';
import { tableSeverity } from '../findings/listing.ts';
import type { ListedFinding } from '../findings/table.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import type { AccountCoverage, AccountRecord, RegionCoverage } from '../findings/types.ts';
import { organizationalDomainByPublicSuffix } from '../mail-auth/organizational-domain.ts';
import { count, exactText, fits, flag, jsonText, MAX_JSON_TEXT, text, type Column } from './export-line.ts';

const MAX_SENTENCES = 2_000;
const MAX_COMMAND = 4_000;

interface ExportedScan {
  id: string;
  startTime: string;
  full: boolean;
}

export interface FindingRow {
  scan: ExportedScan;
  listed: ListedFinding;
  /** Of identities, targets and accounts. */
  account?: Pick<AccountRecord, 'name' | 'ouPath'>;
}

/** One for the account itself, and one for each of its Regions. */
export interface CoverageRow {
  scan: ExportedScan;
  account: Pick<AccountCoverage, 'accountId' | 'accountName' | 'ouPath'>;
  region?: string;
  coverage: RegionCoverage;
  /** Whether it was to be seen and was not. */
  isGap: boolean;
}

const TIERS = new Map(CONTROL_PAGES.map(({ id, tier }) => [id, tier]));

const scanColumns = <Row extends { scan: ExportedScan }>(): Column<Row>[] => [
  text('scan_id', ({ scan }) => scan.id),
  text('scan_started_at', ({ scan }) => scan.startTime),
  flag('scan_full', ({ scan }) => scan.full),
];

export const FINDING_COLUMNS: readonly Column<FindingRow>[] = [
  ...scanColumns<FindingRow>(),
  text('account_id', ({ listed }) => partOf(listed.subject, 'accountId')),
  text('account_name', ({ account }) => account?.name),
  text('ou_path', ({ account }) => account?.ouPath),
  text('region', ({ listed }) => partOf(listed.subject, 'region')),
  text('subject_id', ({ listed }) => subjectId(listed.subject)),
  text('subject_kind', ({ listed }) => listed.subject.kind),
  text('subject_name', ({ listed }) => partOf(listed.subject, 'name')),
  text('mail_domain', ({ listed }) => mailDomain(listed.subject)),
  text('registrable_domain', ({ listed }) => registrableDomain(listed.subject)),
  text('control_id', ({ listed }) => latestOf(listed).controlId),
  text('sub_key', ({ listed }) => subKey(listed)),
  count('tier', ({ listed }) => TIERS.get(latestOf(listed).controlId)),
  text('status', ({ listed }) => latestOf(listed).status),
  text('reason', ({ listed }) => latestOf(listed).reason),
  flag('is_open', ({ listed: { finding } }) => finding.known !== undefined && isOpenUnwaived(finding.known)),
  text('known_status', ({ listed }) => listed.finding.known?.status),
  text('severity', ({ listed }) => listed.severity),
  text('catalogue_severity', ({ listed }) => tableSeverity(listed.finding)),
  flag('in_use', ({ listed }) => listed.use?.inUse),
  flag('production_access', ({ listed }) => listed.use?.productionAccess),
  text('since', ({ listed }) => listed.finding.known?.since),
  text('waived_by', ({ listed }) => listed.finding.known?.waived?.owner),
  text('waived_until', ({ listed }) => listed.finding.known?.waived?.expires),
  text('waived_reason', ({ listed }) => listed.finding.known?.waived?.reason, MAX_SENTENCES),
  text('cause_control_id', ({ listed }) => latestOf(listed).cause?.controlId),
  text('cause_subject_id', ({ listed }) => {
    const { cause } = latestOf(listed);
    return cause && subjectId(cause.subject);
  }),
  text('tracked_name', ({ listed }) => latestOf(listed).tracked?.name),
  text('tracked_value', ({ listed }) => latestOf(listed).tracked?.value),
  text('summary', ({ listed }) => latestOf(listed).summary, MAX_SENTENCES),
  text('fix_text', ({ listed }) => latestOf(listed).fix?.text, MAX_SENTENCES),
  exactText('fix_command', ({ listed }) => latestOf(listed).fix?.command, MAX_COMMAND),
  text('fix_account_id', ({ listed }) => latestOf(listed).fix?.account),
  exactText('records_to_publish', ({ listed }) => jsonText(latestOf(listed).fix?.publish), MAX_JSON_TEXT),
  exactText('records_to_remove', ({ listed }) => jsonText(latestOf(listed).fix?.remove), MAX_JSON_TEXT),
  flag('fix_incomplete', ({ listed }) => isFixIncomplete(listed)),
  exactText('evidence', ({ listed }) => jsonText(latestOf(listed).evidence), MAX_JSON_TEXT),
  text('first_seen', ({ listed }) => listed.firstSeen),
  text('observed_at', ({ listed }) => listed.observedAt),
];

export const COVERAGE_COLUMNS: readonly Column<CoverageRow>[] = [
  ...scanColumns<CoverageRow>(),
  text('account_id', ({ account }) => account.accountId),
  text('account_name', ({ account }) => account.accountName),
  text('ou_path', ({ account }) => account.ouPath),
  text('region', ({ region }) => region),
  text('outcome', ({ coverage }) => coverage.outcome),
  flag('is_gap', ({ isGap }) => isGap),
  text('detail', ({ coverage }) => coverage.detail, MAX_SENTENCES),
  count('identities_listed', ({ coverage }) => coverage.listed),
  count('identities_judged', ({ coverage }) => coverage.judged),
];

/** @param isGap whether an outcome means "was to be seen and was not" */
export function coverageRows(
  scan: ExportedScan,
  account: AccountCoverage,
  isGap: (outcome: CoverageOutcome) => boolean,
): CoverageRow[] {
  const { outcome, detail } = account;
  const own = { scan, account, coverage: { outcome, ...(detail && { detail }) }, isGap: isGap(outcome) };
  const regions = Object.entries(account.regions).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    own,
    ...regions.map(([region, coverage]) => ({
      ...{ scan, account, region, coverage },
      isGap: isGap(coverage.outcome),
    })),
  ];
}

/**
 * One text for each subject, the same in every scan: `111111111111/eu-west-1/shop.example`, `111111111111/eu-west-1`,
 * `111111111111`, and of a domain its name.
 */
export function subjectId(subject: Subject): string {
  const parts = (['accountId', 'region', 'name'] as const).map((part) => partOf(subject, part));
  return parts.filter((part) => part !== undefined).join('/');
}

function partOf(subject: Subject, part: 'accountId' | 'region' | 'name'): string | undefined {
  return (subject as { [part: string]: string | undefined })[part];
}

/** Of an address what stands behind its last `@`. */
function mailDomain(subject: Subject): string | undefined {
  const name = partOf(subject, 'name');
  return name?.slice(name.lastIndexOf('@') + 1).toLowerCase();
}

function registrableDomain(subject: Subject): string | undefined {
  const domain = mailDomain(subject);
  return domain && organizationalDomainByPublicSuffix(domain);
}

function latestOf(listed: ListedFinding): ListedFinding['finding']['latest'] {
  return listed.finding.latest;
}

function subKey({ key }: ListedFinding): string | undefined {
  const start = key.indexOf('#');
  return start < 0 ? undefined : key.slice(start + 1);
}

/** Some of the fix was too much for the finding, or is for a column; null where there is no fix. */
function isFixIncomplete({ finding: { latest } }: ListedFinding): boolean | undefined {
  const { fix } = latest;
  if (!fix) return undefined;
  const json = [fix.publish, fix.remove].filter((records) => records !== undefined).map(jsonText);
  const unfit =
    json.some((records) => !fits(records, MAX_JSON_TEXT)) ||
    (fix.command !== undefined && !fits(fix.command, MAX_COMMAND));
  return fix.incomplete === true || unfit;
}
