/** What docs/controls/ says: the text of a control's page and of their index, from the controls' own data alone. */
import {
  PERMISSION_GROUP_NAMES,
  PERMISSION_GROUPS,
  type MemberAction,
  type PermissionGroup,
} from '../lambda/contract.ts';
import { controlPage, type ControlPage } from '../lambda/controls/catalogue.ts';
import { isFirm, severityInUse } from '../lambda/controls/severity.ts';
import { SEVERITIES, type ReasonSpec, type Severity, type Subject } from '../lambda/controls/types.ts';
import { sharedBy, sharedReasonsOf, SHARED_REASONS, type SharedReasons } from './shared-reasons.ts';

const NOTE = '<!-- Generated from the controls’ own data by `npm run docs:controls`. Do not edit. -->';

/** What the families are, in the order of the index. */
const FAMILIES: { [family: string]: string } = {
  SCAN: 'coverage of the scan',
  ACCT: 'the account’s SES in a Region',
  IDENT: 'state and exposure of identities',
  DKIM: 'signing and its keys in DNS',
  MF: 'the custom MAIL FROM domain',
  SPF: 'SPF of the MAIL FROM domain',
  ALIGN: 'whether mail aligns for DMARC, and by which leg',
  DMARC: 'the policy of the From domain',
  DANG: 'records left behind',
  DNS: 'other records',
  EVT: 'bounces, complaints and events',
  CS: 'configuration sets',
  IP: 'dedicated addresses',
  BULK: 'readiness for each mailbox provider',
};

const SUBJECTS: Record<Subject['kind'], string> = {
  account: 'an account',
  target: 'a target (an account’s SES in one Region)',
  identity: 'an identity',
  domain: 'a domain',
};

/** What the sandbox and idleness make of a severity: docs/judgement.md, "Severity". */
const USES = [
  { name: 'In use', inUse: true, productionAccess: true },
  { name: 'Idle', inUse: false, productionAccess: true },
  { name: 'Sandbox', inUse: true, productionAccess: false },
] as const;

/** In the order of the index. Throws on an id of a family that has no words here. */
export function inOrder(pages: readonly ControlPage[]): ControlPage[] {
  const order = Object.keys(FAMILIES);
  const stranger = pages.find((page) => !order.includes(familyOf(page)));
  if (stranger)
    throw new Error(
      `${stranger.id} is of no known family. Say in FAMILIES of scripts/control-page-text.ts what ${familyOf(stranger)} is.`,
    );
  const rank = (page: ControlPage): number => order.indexOf(familyOf(page));
  return [...pages].sort((left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : 1));
}

/** docs/controls/README.md. */
export function indexText(pages: readonly ControlPage[]): string {
  const families = [...new Set(inOrder(pages).map(familyOf))];
  return [
    '# Controls',
    '',
    NOTE,
    '',
    `${pages.length} controls. [judgement.md](../judgement.md) tells how they judge, [permissions.md](../permissions.md) what they may read; each page what one asserts, what it may say, and what to do.`,
    'Severity is that of its worst finding where mail is sent in production (`-`: it notes and opens nothing); the pages show it by use.',
    'A target is the SES of one account in one Region.',
    '',
    ...families.flatMap((family) => familySection(family, inOrder(pages))),
    ...SHARED_REASONS.flatMap(sharedSection),
  ].join('\n');
}

function familySection(family: string, pages: readonly ControlPage[]): string[] {
  const rows = pages
    .filter((page) => familyOf(page) === family)
    .map(
      (page) =>
        `| [${page.id}](${fileName(page.id)}) | ${inCell(prose(page.title))} | ${page.subjects.join(', ') || 'the scanner'} | ${worstOf(page) ?? '-'} | ${page.tier} |`,
    );
  return [
    `## ${family}: ${FAMILIES[family] ?? ''}`,
    '',
    '| Control | Title | Judges | Severity | Tier |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

function sharedSection({ title, about, reasons }: SharedReasons): string[] {
  return [
    `## ${title}`,
    '',
    linked(about, ''),
    '',
    '| Reason | Status | Meaning |',
    '| --- | --- | --- |',
    ...Object.entries(reasons).map(
      ([reason, spec]) => `| \`${reason}\` | ${statusesOf(spec)} | ${inCell(linked(spec.means, ''))} |`,
    ),
    '',
  ];
}

/** docs/controls/<id>.md. */
export function pageText(page: ControlPage): string {
  const judges = page.subjects.map((kind) => SUBJECTS[kind]).join(' and ') || 'the scanner itself';
  return [
    `# ${page.id}: ${prose(page.title)}`,
    '',
    NOTE,
    '',
    `Judges ${judges}. Tier ${page.tier}, revision ${page.revision}. [All controls](README.md)`,
    '',
    ...section('What PASS asserts', linked(page.asserts, page.id)),
    ...section('Why it matters to delivery', linked(page.why, page.id)),
    ...reasonsSection(page),
    ...severitySection(page),
    ...section('Evidence', linked(page.evidence, page.id)),
    ...section(
      'Fix',
      page.remedy === 'none' ? 'None: there is nothing to do.' : linked(page.remedy, page.id),
    ),
    ...section('Permissions', permissionText(page)),
    '## Sources',
    '',
    ...page.sources.map((source) => `- ${prose(source)}`),
    '',
  ].join('\n');
}

function section(title: string, text: string): string[] {
  return [`## ${title}`, '', text, ''];
}

function reasonsSection(page: ControlPage): string[] {
  const own = reasonsOf(page).filter(([reason, spec]) => sharedBy(reason, spec) === undefined);
  return [
    '## Statuses and reasons',
    '',
    '| Reason | Status | Severity | Meaning |',
    '| --- | --- | --- | --- |',
    ...own.map(
      ([reason, spec]) =>
        `| \`${reason}\` | ${statusesOf(spec)} | ${severitiesOf(page, spec).join(' or ')} | ${inCell(linked(spec.means, page.id))} |`,
    ),
    '',
    // A line each, so that they do not bury what the control itself says.
    ...sharedReasonsOf(page.reasons).map(
      ({ group, names }) =>
        `- [${group.title}](README.md#${anchorOf(group.title)}): ${group.named ? inCode(names) : 'UNKNOWN'}`,
    ),
    '',
  ];
}

function severitySection(page: ControlPage): string[] {
  const severities = SEVERITIES.filter((severity) =>
    reasonsOf(page).some(([, spec]) => severitiesOf(page, spec).includes(severity)),
  );
  const title = '## Severity by use';
  if (severities.length === 0) return [title, '', 'None: it notes, and opens no finding.', ''];
  if (isFirm(page.id) || !page.subjects.some((kind) => kind !== 'account'))
    return [title, '', `The same whatever the use: ${severities.join(', ')}.`, ''];
  return [
    title,
    '',
    'What is shown of it where mail is sent, where none is, and in the SES sandbox ([judgement.md](../judgement.md#severity)).',
    '',
    `| ${USES.map(({ name }) => name).join(' | ')} |`,
    `| ${USES.map(() => '---').join(' | ')} |`,
    ...severities.map(
      (severity) =>
        `| ${USES.map((use) => severityInUse({ controlId: page.id, severity }, use)).join(' | ')} |`,
    ),
    '',
  ];
}

function permissionText({ reads = [], permissions = [], subjects }: ControlPage): string {
  const more = '[permissions.md](../permissions.md)';
  if (subjects.length === 0) return `None in member accounts. ${more}`;
  if (reads.length === 0)
    return `None of its own in member accounts: it judges DNS, settings and what is read anyway. ${more}`;
  const spared = [...new Set(reads.flatMap((action) => groupOf(action) ?? []))].filter(
    (group) => !permissions.includes(group),
  );
  const said = permissions.length > 1 ? 'without any one of them it says' : 'it then says';
  return [
    `In member accounts: ${inCode(reads)}.`,
    ...(permissions.length > 0
      ? [
          `The setting \`permissions\` can switch off ${inCode(permissions)}: ${said} \`NOT_PERMITTED_BY_SETTINGS\`.`,
        ]
      : []),
    ...(spared.length > 0
      ? [`The setting \`permissions\` can switch off ${inCode(spared)}: it then judges without.`]
      : []),
    more,
  ].join(' ');
}

/** The optional group that an action belongs to; `undefined` for what every scan needs. */
function groupOf(action: MemberAction): PermissionGroup | undefined {
  return PERMISSION_GROUP_NAMES.find((group) =>
    (PERMISSION_GROUPS[group] as readonly MemberAction[]).includes(action),
  );
}

type Reasons = [reason: string, spec: ReasonSpec][];

/** Open ones first, then as the control declares them. */
function reasonsOf({ reasons }: ControlPage): Reasons {
  const rank = ([, { statuses }]: Reasons[number]): number =>
    statuses.includes('FAIL') ? 0 : statuses.includes('WARN') ? 1 : statuses.includes('PASS') ? 2 : 3;
  return (Object.entries(reasons) as Reasons).sort((left, right) => rank(left) - rank(right));
}

/** Only what opens a finding has a severity to speak of. Worst first. */
function severitiesOf(
  page: ControlPage,
  { statuses, severity = page.severity, otherSeverities = [] }: ReasonSpec,
): Severity[] {
  if (!statuses.some((status) => status === 'FAIL' || status === 'WARN')) return [];
  return SEVERITIES.filter((one) => one === severity || otherSeverities.includes(one));
}

function worstOf(page: ControlPage): Severity | undefined {
  const all = reasonsOf(page).flatMap(([, spec]) => severitiesOf(page, spec));
  return SEVERITIES.find((severity) => all.includes(severity));
}

function statusesOf({ statuses }: ReasonSpec): string {
  return statuses.map((status) => (status === 'NOT_APPLICABLE' ? 'not applicable' : status)).join(', ');
}

function familyOf({ id }: { id: string }): string {
  return id.replace(/-\d+$/, '');
}

/** `dkim-05.md` */
export function fileName(id: string): string {
  return `${id.toLowerCase()}.md`;
}

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function inCode(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** Text as Markdown shows it to the letter: `<token>` would else be taken for HTML. What stands in backticks is left. */
function prose(text: string): string {
  return outsideCode(text, (part) => part.replace(/[<*_[\]]/g, '\\$&'));
}

/** `prose`, and each id of another control leads to its page. */
function linked(text: string, self: string): string {
  return outsideCode(prose(text), (part) =>
    part.replace(/\b[A-Z]+-\d\d\b/g, (id) =>
      id !== self && controlPage(id) ? `[${id}](${fileName(id)})` : id,
    ),
  );
}

function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('`');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
