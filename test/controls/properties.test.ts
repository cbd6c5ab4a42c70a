/** What holds for every control over all facts, as docs/judgement.md has it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_EVIDENCE_BYTES } from '../../lambda/controls/bounds.ts';
import { judgeAccount, judgeDomain, judgeIdentity, judgeTarget } from '../../lambda/controls/judge.ts';
import { readingOf } from '../../lambda/controls/target-read.ts';
import { sameSubject } from '../../lambda/controls/subjects.ts';
import type { Finding, JudgeContext, Subject } from '../../lambda/controls/types.ts';
import type { DomainFacts, IdentityFacts, TargetFacts } from '../../lambda/facts/types.ts';
import {
  arbitraryAccount,
  arbitraryContext,
  arbitraryDomain,
  arbitraryIdentity,
  arbitraryTarget,
} from './arbitrary.ts';
import { dmarcUnknown, servfail, silent, UNSEEN } from './facts.ts';

const RUNS = { numRuns: 400 };
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u;

function expectSound(findings: Finding[], again: Finding[]): void {
  expect(again).toEqual(findings);
  for (const finding of findings) {
    expect(Buffer.byteLength(JSON.stringify(finding.evidence))).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    expect(finding.summary.length).toBeLessThanOrEqual(400);
    expect(textsOf(finding).filter((text) => UNPRINTABLE.test(text))).toEqual([]);
    if (finding.status === 'FAIL' || finding.status === 'WARN') expect(finding.fix?.text).toMatch(/\w/);
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

/** Each cause on the subject itself is an open finding there, and following causes never leads back. */
function expectSoundCauses(findings: Finding[], subject: Subject): void {
  const open = new Map(
    findings
      .filter(({ status }) => status === 'FAIL' || status === 'WARN')
      .map((one) => [one.controlId, one]),
  );
  for (const finding of findings) {
    let at: Finding | undefined = finding;
    for (let steps = 0; at?.cause && sameSubject(at.cause.subject, subject); steps += 1) {
      expect(steps, `causes of ${finding.key} lead in a circle`).toBeLessThan(10);
      const cause: Finding | undefined = open.get(at.cause.controlId);
      expect(cause, `${at.key} names ${at.cause.controlId}, which is not open`).toBeDefined();
      at = cause;
    }
  }
}

describe('every control', () => {
  it('judges any identity without throwing, the same twice, bounded and printable, with open causes', () => {
    fc.assert(
      fc.property(arbitraryIdentity, arbitraryContext, (facts, context) => {
        const findings = judgeIdentity(facts, context);
        expectSound(findings, judgeIdentity(structuredClone(facts), structuredClone(context)));
        const { accountId, region, name } = facts;
        expectSoundCauses(findings, { kind: 'identity', accountId, region, name });
      }),
      RUNS,
    );
  });

  it('judges any domain so', () => {
    fc.assert(
      fc.property(arbitraryDomain, arbitraryContext, (facts, context) => {
        const findings = judgeDomain(facts, context);
        expectSound(findings, judgeDomain(structuredClone(facts), structuredClone(context)));
        expectSoundCauses(findings, { kind: 'domain', name: facts.name });
      }),
      RUNS,
    );
  });

  it('judges any target and account so', () => {
    fc.assert(
      fc.property(arbitraryTarget, arbitraryAccount, arbitraryContext, (target, account, context) => {
        expectSound(
          judgeTarget(target, context),
          judgeTarget(structuredClone(target), structuredClone(context)),
        );
        expectSound(
          judgeAccount(account, context),
          judgeAccount(structuredClone(account), structuredClone(context)),
        );
      }),
      RUNS,
    );
  });
});

/**
 * An error is never an answer: with one fact taken away, each finding either says what it said with the fact, or UNKNOWN.
 * So no missing answer makes a failure, hides one, or resolves one (judged both ways).
 */
function expectOnlyForgets<Facts>(
  judge: (facts: Facts, context: JudgeContext) => Finding[],
  facts: Facts,
  context: JudgeContext,
  forget: (facts: Facts) => void,
): void {
  const full = new Map(judge(facts, context).map((finding) => [finding.key, finding]));
  const less = structuredClone(facts);
  forget(less);
  for (const { key, status, reason } of judge(less, context)) {
    const whole = full.get(key);
    if (whole === undefined || status === 'UNKNOWN') continue;
    expect(`${key} ${status}`, `${key} ${reason}, with the fact ${whole.reason}`).toBe(
      `${key} ${whole.status}`,
    );
  }
}

const FORGET_OF_IDENTITY: { [what: string]: (facts: IdentityFacts) => void } = {
  'the first DKIM record': (facts) => facts.dkimRecords.slice(0, 1).forEach(silent),
  'every DKIM record': (facts) => facts.dkimRecords.forEach(silent),
  'the TXT behind each alias': (facts) =>
    facts.dkimRecords.forEach((record) => {
      record.txt = servfail();
      delete record.key;
    }),
  'the keys at the expected targets': (facts) =>
    facts.dkimRecords.forEach((record) => delete record.expectedTxt),
  'the MX of the MAIL FROM': (facts) => {
    if (facts.mailFrom) facts.mailFrom.mx = servfail();
  },
  'the SPF of the MAIL FROM': (facts) => {
    if (facts.mailFrom) Object.assign(facts.mailFrom.spf, { txt: servfail(), records: [], nearMisses: [] });
  },
  'SES’s networks': (facts) => delete facts.mailFrom?.spf.sesNetworks,
  'the DMARC policy': (facts) => dmarcUnknown(facts.dmarc),
  'the alignment of DKIM': (facts) => {
    if (facts.alignment.dkim) facts.alignment.dkim.real = 'unknown';
  },
  'the alignment of SPF': (facts) => {
    if (facts.alignment.spf) facts.alignment.spf.real = 'unknown';
  },
  'whether the target is in the sandbox': (facts) => (facts.target.productionAccess = 'unknown'),
  'who shares the MAIL FROM': (facts) => {
    if (facts.mailFrom) facts.mailFrom.alsoUsedInRegions = 'unknown';
  },
};

const FORGET_OF_DOMAIN: { [what: string]: (facts: DomainFacts) => void } = {
  'the MX': (facts) => {
    if (facts.from) facts.from.mx = servfail();
  },
  'whether it exists': (facts) => {
    if (facts.from) Object.assign(facts.from, { exists: 'unknown', mx: servfail() });
  },
  'whether it has an address': (facts) => {
    if (facts.from) facts.from.hasAddress = 'unknown';
  },
  'whether the registrable name exists': (facts) => {
    if (facts.from?.registrable) facts.from.registrable.exists = 'unknown';
  },
  'its DMARC': (facts) => {
    if (facts.from) dmarcUnknown(facts.from.dmarc);
  },
  'the MX of the MAIL FROM': (facts) => {
    if (facts.mailFrom) facts.mailFrom.mx = servfail();
  },
  'its SPF': (facts) => {
    if (facts.mailFrom) Object.assign(facts.mailFrom.spf, { txt: servfail(), records: [], nearMisses: [] });
  },
  'SES’s networks': (facts) => delete facts.mailFrom?.spf.sesNetworks,
  'one of SES’s networks': (facts) => {
    const [first] = facts.mailFrom?.spf.sesNetworks ?? [];
    if (first) first.result = 'temperror';
  },
  'where the SPF ends': (facts) => {
    if (facts.mailFrom) facts.mailFrom.spf.all = 'unknown';
  },
  'one of its identities': (facts) => {
    if (facts.identities?.pop()) facts.identitiesUnread = (facts.identitiesUnread ?? 0) + 1;
  },
  'what is stored of its identities': (facts) => delete facts.identities,
  'a DKIM leg': (facts) => {
    const [first] = facts.identities ?? [];
    if (first) Object.assign(first.dkim, { kind: 'unproven', leg: 'unknown', aligned: 'unknown' });
  },
  'an SPF leg': (facts) => {
    const [first] = facts.identities ?? [];
    if (first) Object.assign(first.spf, { leg: 'unknown', aligned: 'unknown' });
  },
  'a part of the coverage': (facts) => (facts.coverageComplete = false),
  'its volume': (facts) => delete facts.volume,
  'what a target sent': (facts) => delete facts.volume?.targets[0]?.sentLast24Hours,
  'all of DNS': (facts) => (facts.dnsUnusable = 'no answer'),
};

const FORGET_OF_TARGET: { [what: string]: (facts: TargetFacts) => void } = {
  'the account settings': (facts) => (facts.account = UNSEEN),
  // Of an empty target they are not asked for, which is not the same as no answer.
  'the account settings wholly': (facts) => {
    if (readingOf(facts) === 'read') delete facts.account;
  },
  'the identities': (facts) => delete facts.identities,
  'the last identities of the list': (facts) => facts.identities?.splice(0, 5),
  'the count of identities': (facts) => delete facts.listed,
};

describe('an error is never an answer', () => {
  it.each(Object.entries(FORGET_OF_IDENTITY))('an identity without %s', (_what, forget) => {
    fc.assert(
      fc.property(arbitraryIdentity, arbitraryContext, (facts, context) =>
        expectOnlyForgets(judgeIdentity, facts, context, forget),
      ),
      { numRuns: 150 },
    );
  });

  it.each(Object.entries(FORGET_OF_DOMAIN))('a domain without %s', (_what, forget) => {
    fc.assert(
      fc.property(arbitraryDomain, arbitraryContext, (facts, context) =>
        expectOnlyForgets(judgeDomain, facts, context, forget),
      ),
      { numRuns: 150 },
    );
  });

  it.each(Object.entries(FORGET_OF_TARGET))('a target without %s', (_what, forget) => {
    fc.assert(
      fc.property(arbitraryTarget, arbitraryContext, (facts, context) =>
        expectOnlyForgets(judgeTarget, facts, context, forget),
      ),
      { numRuns: 150 },
    );
  });
});
