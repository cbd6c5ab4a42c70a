import { describe, expect, it } from 'vitest';
import { judgeAccount, judgeDomain, judgeIdentity, judgeTarget } from '../../lambda/controls/judge.ts';
import type { Finding } from '../../lambda/controls/types.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import {
  accountFacts,
  addressFacts,
  contextOf,
  dkimStatus,
  fromDomainFacts,
  freemailFacts,
  gone,
  hoursAgo,
  identityFacts,
  mailFromDomainFacts,
  recordOf,
  targetFacts,
  withoutDmarc,
  withoutMailFrom,
} from './facts.ts';

const context = contextOf();
const open = (findings: Finding[]) => findings.filter(({ status }) => status === 'FAIL' || status === 'WARN');
/** `control < cause`, a line of its own without `<`. */
const lines = (findings: Finding[]) =>
  open(findings).map(({ key, status, cause }) => `${status} ${key}${cause ? ` < ${cause.controlId}` : ''}`);

describe('judging a whole subject', () => {
  it('finds nothing open in what is healthy', () => {
    expect(open(judgeIdentity(identityFacts(), context))).toEqual([]);
    expect(open(judgeIdentity(addressFacts(), context))).toEqual([]);
    expect(open(judgeDomain(fromDomainFacts(), context))).toEqual([]);
    expect(open(judgeDomain(mailFromDomainFacts(), context))).toEqual([]);
    expect(open(judgeTarget(targetFacts(), context))).toEqual([]);
    expect(open(judgeAccount(accountFacts(), context))).toEqual([]);
  });

  it('makes one line of one lost key', () => {
    const facts = identityFacts((one) => gone(recordOf(one, 0)));
    expect(lines(judgeIdentity(facts, context))).toEqual(['FAIL DKIM-05']);
  });

  it('makes one line of all keys lost, the rest beneath', () => {
    const facts = identityFacts((one) => one.dkimRecords.forEach(gone));
    expect(lines(judgeIdentity(facts, context))).toEqual([
      'FAIL DKIM-05',
      'FAIL DKIM-12 < DKIM-05',
      'WARN MF-07 < DKIM-05',
      'FAIL ALIGN-01 < DKIM-05',
    ]);
  });

  it('makes one line of a new domain whose records wait to be published', () => {
    const facts = identityFacts((one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
      dkimStatus(one, 'PENDING');
      one.ses.dkim.lastKeyGeneration = hoursAgo(2);
      one.dkimRecords.forEach(gone);
    });
    expect(lines(judgeIdentity(facts, context))).toEqual([
      'WARN IDENT-01 < DKIM-05',
      'WARN DKIM-02 < DKIM-05',
      'WARN DKIM-05',
    ]);
  });

  it('puts what has no DMARC beneath DMARC-01', () => {
    const facts = fromDomainFacts(({ from }) => withoutDmarc(from.dmarc));
    const findings = judgeDomain(facts, context);
    expect(lines(findings)).toEqual(['FAIL DMARC-01', 'WARN DMARC-05 < DMARC-01']);
    expect(findings.find(({ key }) => key === 'DMARC-06')?.cause?.controlId).toBe('DMARC-01');
  });

  it('puts what a target out of sight cannot tell beneath SCAN-02', () => {
    const { accountId, region, observedAt } = targetFacts();
    const lost: TargetFacts = { accountId, region, observedAt, outcome: 'DENIED_BY_POLICY' };
    const unknown = judgeTarget(lost, contextOf()).filter(({ reason }) => reason === 'TARGET_UNSEEN');
    expect(unknown.length).toBeGreaterThan(5);
    const cause = { controlId: 'SCAN-02', subject: { kind: 'target', accountId, region } };
    for (const finding of unknown) expect(finding.cause, finding.key).toEqual(cause);
  });

  it('leaves the identities of mailbox providers to IDENT-05', () => {
    const findings = judgeIdentity(freemailFacts(withoutMailFrom), context);
    const judged = findings.filter(({ status }) => status !== 'NOT_APPLICABLE').map(({ key }) => key);
    expect(judged).toEqual(['IDENT-01', 'IDENT-02', 'IDENT-11', 'IDENT-07']);
  });

  it('names neither account nor Region in a sentence', () => {
    const facts = identityFacts((one) => {
      one.dkimRecords.forEach(gone);
      withoutMailFrom(one);
    });
    for (const { summary } of judgeIdentity(facts, context))
      expect(summary).not.toMatch(/111111111111|eu-west-1/);
  });

  it('knows no DNS when the resolver is unusable, and says so once a control', () => {
    const facts = identityFacts((one) =>
      Object.assign(one, { dnsUnusable: 'no answer over TCP', dkimRecords: [] }),
    );
    const byKey = Object.fromEntries(judgeIdentity(facts, context).map((one) => [one.key, one.reason]));
    expect(byKey).toMatchObject({
      'DKIM-05': 'RESOLVER_UNUSABLE',
      'DKIM-06': 'RESOLVER_UNUSABLE',
      'DKIM-08': 'RESOLVER_UNUSABLE',
      'DKIM-12': 'RESOLVER_UNUSABLE',
      'MF-04': 'RESOLVER_UNUSABLE',
    });
  });
});
