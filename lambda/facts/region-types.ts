/** How the Regions of one multi-Region endpoint differ in the identities that they send as (ACCT-13). */

export interface DkimSetting {
  enabled: boolean;
  /** v2's word for it: `SUCCESS`, `NOT_STARTED`, ... */
  status: string;
}

export interface MailFromSetting {
  /** Lower case, A-labels; absent: SES's default. */
  domain?: string;
  status?: string;
  behaviorOnMxFailure: string;
}

/** Something of an identity that `region` lacks, or holds otherwise than `other`, which shows how it should be. */
export type RegionGap = {
  identity: string;
  type: 'DOMAIN' | 'EMAIL_ADDRESS';
  /** The Region to be mended. */
  region: string;
  other: string;
} & (
  | { differs: 'MISSING' | 'UNVERIFIED' }
  | { differs: 'DKIM'; found: DkimSetting; wanted: DkimSetting }
  | { differs: 'MAIL_FROM'; found: MailFromSetting; wanted: MailFromSetting }
);

export interface RegionComparison {
  /** At most 20; what is missing first, domains before addresses. */
  gaps: RegionGap[];
  /** All of them. */
  gapCount: number;
  /** Whose key the first gap's identity signs with in `other` (`AWS_SES`, `EXTERNAL`, `AWS_SES_<Region>`), where asked and told. */
  origin?: string;
  /** What was not compared, and why, at most 10 sentences; empty: everything was. */
  uncompared: string[];
}
