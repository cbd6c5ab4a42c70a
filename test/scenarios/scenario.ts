/**
 * A named situation, run the whole way: SES stand-in and DNS server over the wire, the handlers behind the synthesized
 * workflow, the table. Each scenario has an account and domains of its own, so that one scan judges many of them.
 */
import type { ScanSettings } from '../../lambda/contract.ts';
import type { DnsRecordToPublish, Finding, Severity, Status, Subject } from '../../lambda/controls/types.ts';
import type { Fault } from '../../local/gateway/faults.ts';
import type {
  DnsFault,
  World,
  WorldAccount,
  WorldIdentity,
  WorldRecord,
} from '../../local/organization/types.ts';
import type { AccountSpec, IdentitySpec } from '../../local/organization/vocabulary.ts';

/** Where a scenario takes place. */
export interface Place {
  accountId: string;
  /** A registrable name of its own below `.test`, such as `s007.test`. */
  domain: string;
  /** A top-level name of its own, for public suffixes, such as `t007`. */
  tld: string;
}

/** The world of a scenario's account, to be changed before it is served. */
export interface Scene extends Place {
  world: World;
  account: WorldAccount;
  now: Date;
  /** @throws Error when there is no such identity: a scenario that changes nothing proves nothing */
  identity(region: string, name?: string): WorldIdentity;
  /** Replaces all records of these types at a name; no record leaves the name without any. */
  publish(name: string, ...records: RecordDraft[]): void;
  /** Takes every record of the name away (of one type, or all): NXDOMAIN where nothing is left below it. */
  remove(name: string, type?: WorldRecord['type']): void;
  records(name: string): WorldRecord[];
  /** Makes DNS fail at a name and below it. */
  dnsFault(fault: DnsFault): void;
  /** Makes an AWS call of this account fail. */
  awsFault(fault: Omit<Fault, 'match'> & { match: Omit<Fault['match'], 'accountId'> }): void;
  /** The DKIM name of token 1, 2 or 3, and where it has to point. */
  dkim(region: string, name?: string): { name: string; target: string; token: string }[];
}

export type RecordDraft =
  | { type: 'TXT' | 'CNAME' | 'A' | 'AAAA' | 'NS' | 'PTR'; data: string }
  | { type: 'MX'; preference?: number; data: string };

/** What the scan has to say. Subjects are of the scenario's own account and names. */
export interface Expected {
  subject: Subject;
  control: string;
  /** `any`: its evidence is the matter. */
  status: Status | 'any';
  reason: string;
  /** The control's own, before use lowers it; required of FAIL and WARN. */
  severity?: Severity;
  /** Of a control that speaks more than once. */
  key?: string;
  summary?: RegExp;
  publish?: DnsRecordToPublish[];
  remove?: DnsRecordToPublish[];
  command?: string | RegExp;
  fixText?: RegExp;
  evidence?: { [key: string]: unknown };
  /** The control that it follows from; `null`: it is a line of its own. */
  cause?: string | null;
  tracked?: string;
}

export interface Scenario {
  name: string;
  targets(place: Place): { [region: string]: IdentitySpec[] };
  /** Everything of the account but its targets. */
  account?: Partial<Omit<AccountSpec, 'targets' | 'id' | 'in' | 'name'>>;
  /** Zones that the DNS server answers for, beside those of the identities. */
  apexes?(place: Place): string[];
  change?(scene: Scene): void;
  /** What happens between a first scan and a second one; what `says` names is what the second says. */
  later?(scene: Scene): void;
  /** What a second, independent resolver sees otherwise; asked only where the group has one. */
  elsewhere?(scene: Scene): void;
  says(place: Place): Expected[];
  /** Nothing else of the account's subjects and the domains named may be FAIL or WARN. Default: false. */
  nothingElse?: true;
}

/** Scenarios that share one organization and its scan: what differs between groups is what a scan has only one of. */
export interface ScenarioGroup {
  title: string;
  scenarios: readonly Scenario[];
  /** A function is handed the places by the scenarios' names. */
  settings?: Partial<ScanSettings> | ((place: (name: string) => Place) => Partial<ScanSettings>);
  /** A second resolver is asked to confirm what would fail. */
  secondOpinion?: true;
}

/** Subjects of a place. */
export const on = {
  identity: ({ accountId }: Place, region: string, name: string): Subject => ({
    kind: 'identity',
    accountId,
    region,
    name,
  }),
  target: ({ accountId }: Place, region: string): Subject => ({ kind: 'target', accountId, region }),
  account: ({ accountId }: Place): Subject => ({ kind: 'account', accountId }),
  domain: (name: string): Subject => ({ kind: 'domain', name }),
};

/** What a scenario is asked to say, in the words of a failed assertion. */
export function inWords({ subject, control, status, reason, key }: Expected): string {
  const name = Object.values(subject).join(' ');
  return `${key ?? control} of ${name}: ${status} ${reason}`;
}

/** The finding that an expectation speaks of. */
export function findingFor(expected: Expected, findings: readonly Finding[]): Finding | undefined {
  const ofControl = findings.filter(({ controlId }) => controlId === expected.control);
  if (expected.key !== undefined) return ofControl.find(({ key }) => key === expected.key);
  return (
    ofControl.find(({ status, reason }) => status === expected.status && reason === expected.reason) ??
    ofControl[0]
  );
}
