/** Domains whose identities are compared over targets: healthy facts to break, beside those of facts.ts. */
import type { DomainFacts, IdentitySummary, TargetSummary, VolumeFacts } from '../../lambda/facts/types.ts';
import { ACCOUNT, fromDomainFacts, hoursAgo, NOW, REGION, TOKENS } from './facts.ts';

export const OTHER_REGION = 'us-east-1';
export const OTHER_ACCOUNT = '222222222222';
/** Before this scan: the facts of a target that it did not look at. */
export const LAST_WEEK = hoursAgo(168);

/** The domain identity example.com of one target: verified, signed with 2048 bits, MAIL FROM bounce.example.com. */
export function summary(change?: (one: IdentitySummary) => void): IdentitySummary {
  const one: IdentitySummary = {
    accountId: ACCOUNT,
    region: REGION,
    name: 'example.com',
    observedAt: NOW,
    use: 'FROM',
    type: 'DOMAIN',
    domain: 'example.com',
    verified: true,
    dkim: {
      kind: 'own',
      signingDomain: 'example.com',
      status: 'SUCCESS',
      origin: 'AWS_SES',
      tokens: [...TOKENS],
      keyBits: 2048,
      leg: 'live',
      aligned: true,
    },
    mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    spf: { leg: 'live', aligned: true },
    verdict: 'BOTH',
    configurationSet: 'default',
    tlsPolicy: 'REQUIRE',
    exempt: false,
  };
  change?.(one);
  return one;
}

/** The same in another Region. */
export function elsewhere(change?: (one: IdentitySummary) => void): IdentitySummary {
  return summary((one) => {
    one.region = OTHER_REGION;
    change?.(one);
  });
}

/** A full scan that did not see an account, and what names it as its cause. */
export function accountLost(facts: DomainFacts): void {
  facts.coverageComplete = false;
  facts.outOfSight = { accountId: '666666666666', outcome: 'ROLE_MISSING', others: 0 };
}
export const ACCOUNT_LOST = {
  controlId: 'SCAN-01',
  subject: { kind: 'account', accountId: '666666666666' },
} as const;

/** Nothing signs, and no verification was ever begun. */
export function neverSigned(one: IdentitySummary): void {
  one.dkim = {
    kind: 'none',
    status: 'NOT_STARTED',
    origin: 'AWS_SES',
    tokens: [],
    leg: 'none',
    aligned: false,
    cause: { controlId: 'DKIM-02', identity: one.name },
  };
  one.verdict = one.spf.aligned === true ? 'SPF_ONLY' : 'NONE';
}

/** SES's own MAIL FROM, which never aligns. */
export function defaultMailFrom(one: IdentitySummary): void {
  delete one.mailFrom;
  one.spf = { leg: 'none', aligned: false, cause: { controlId: 'MF-01', identity: one.name } };
  one.verdict = one.dkim.aligned === true ? 'DKIM_ONLY' : 'NONE';
}

/** The From domain example.com with these identities, all of the organization seen. */
export function domainWith(
  identities: IdentitySummary[],
  change?: (facts: DomainFacts & { from: NonNullable<DomainFacts['from']> }) => void,
): DomainFacts {
  return fromDomainFacts((facts) => {
    facts.dependents = identities.map(({ accountId, region, name, use }) => ({
      accountId,
      region,
      identity: name,
      use,
    }));
    facts.identities = identities;
    facts.targets = identities.map(targetOf);
    facts.coverageComplete = true;
    facts.volume = volume([100]);
    change?.(facts);
  });
}

/** The identity's target as it is stored: in use, without dedicated addresses. */
function targetOf({ accountId, region, observedAt }: IdentitySummary): TargetSummary {
  return { accountId, region, observedAt, productionAccess: true, inUse: true, dedicatedIps: { ips: [] } };
}

/** What each target under example.com sent in a day; `undefined` where it is not known. */
export function volume(sent: (number | undefined)[], change?: (facts: VolumeFacts) => void): VolumeFacts {
  const facts: VolumeFacts = {
    registrable: 'example.com',
    targets: sent.map((count, index): TargetSummary => {
      const known = count === undefined ? {} : { sentLast24Hours: count };
      return {
        accountId: ACCOUNT,
        region: `eu-west-${index + 1}`,
        observedAt: NOW,
        productionAccess: true,
        inUse: true,
        ...known,
      };
    }),
    unread: 0,
  };
  change?.(facts);
  return facts;
}

export const bulkVolume = (facts: DomainFacts): void => {
  facts.volume = volume([6000]);
};
