import { describe, expect, it } from 'vitest';
import { dkim01 } from '../../lambda/controls/dkim-01.ts';
import { dkim02 } from '../../lambda/controls/dkim-02.ts';
import { dkim05 } from '../../lambda/controls/dkim-05.ts';
import { dkim08 } from '../../lambda/controls/dkim-08.ts';
import { dkimLegCause } from '../../lambda/controls/causes.ts';
import { verdictOf } from '../../lambda/controls/verdict.ts';
import type { DkimRecordFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  contextOf,
  dkimStatus,
  easyRecord,
  found,
  gone,
  identityFacts,
  recordOf,
  silent,
  subdomainFacts,
} from './facts.ts';

const context = contextOf({
  settings: { selfSigned: [{ domain: 'example.com', selectors: ['old', 'new'] }] },
});

/** What stands at a selector that the sender signs with. */
function selector(name: string, change?: (record: DkimRecordFacts) => void): DkimRecordFacts {
  return easyRecord(name, (record) => {
    delete record.expectedTarget;
    delete record.cnameTarget;
    record.txt = found([`v=DKIM1; k=rsa; p=KEYOF${name}`]);
    change?.(record);
  });
}

/** example.com, which SES does not sign for; the sender's keys stand at `records`. */
function signedBefore(records: DkimRecordFacts[], change?: (facts: IdentityFacts) => void): IdentityFacts {
  return identityFacts((facts) => {
    dkimStatus(facts, 'NOT_STARTED');
    Object.assign(facts.ses.dkim, { signingEnabled: false, tokens: [] });
    facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    facts.dkimRecords = [];
    delete facts.signer;
    delete facts.alignment.dkim;
    facts.selfSigned = { domain: 'example.com', records };
    change?.(facts);
  });
}
const both = [selector('old'), selector('new')];
const word = (findings: { status: string; reason: string }[]) =>
  findings.map(({ status, reason }) => `${status} ${reason}`);

describe('mail that is signed before it reaches SES', () => {
  it.each([dkim01, dkim02, dkim05])('is not judged by $id', (control) => {
    expect(word(control.judge(signedBefore(both), context))).toEqual(['NOT_APPLICABLE SELF_SIGNED']);
  });

  it.each([dkim01, dkim02])('is not judged by $id even where SES signs it again', (control) => {
    expect(word(control.judge(identityFacts(), context))).toEqual(['NOT_APPLICABLE SELF_SIGNED']);
  });

  it('still has SES’s own records judged where SES signs it again', () => {
    const facts = identityFacts((change) => gone(recordOf(change, 0)));
    expect(word(dkim05.judge(facts, context))).toEqual(['FAIL DKIM_CNAME_MISSING']);
  });

  it('is declared for exactly one domain', () => {
    expect(word(dkim01.judge(subdomainFacts(), context))).toEqual(['PASS SIGNING_INHERITED']);
    expect(word(dkim01.judge(addressFacts(), context))).toEqual(['NOT_APPLICABLE SELF_SIGNED']);
  });
});

describe('DKIM-08 of declared selectors', () => {
  it.each<[title: string, facts: IdentityFacts, says: string]>([
    ['every selector holds a key', signedBefore(both), 'PASS DKIM_KEYS_VALID'],
    ['one is gone', signedBefore([selector('old', gone), selector('new')]), 'FAIL DKIM_KEY_MISSING'],
    ['one does not answer', signedBefore([selector('old', silent), selector('new')]), 'UNKNOWN DNS_SERVFAIL'],
    ['one was not asked', signedBefore([selector('old')]), 'UNKNOWN DNS_NOT_ASKED'],
    ['none was asked', signedBefore(both, (facts) => delete facts.selfSigned), 'UNKNOWN DNS_NOT_ASKED'],
    [
      'one is an Ed25519 key, which SES could not sign with',
      signedBefore([selector('old', ({ key }) => key && (key.keyType = 'ed25519')), selector('new')]),
      'PASS DKIM_KEYS_VALID',
    ],
    [
      'SES signs, too, and its key is revoked',
      identityFacts((facts) => {
        facts.selfSigned = { domain: 'example.com', records: both };
        Object.assign(recordOf(facts, 0).key ?? {}, { usable: false, revoked: true });
      }),
      'FAIL DKIM_KEY_REVOKED',
    ],
  ])('%s', (_title, facts, says) => {
    expect(word(dkim08.judge(facts, context))).toEqual([says]);
  });

  it('says how to mend a key that was not given to SES', () => {
    const [finding] = dkim08.judge(signedBefore([selector('old', gone), selector('new')]), context);
    expect(finding?.summary).toBe('1 DKIM name holds no record at all (old._domainkey.example.com)');
    expect(finding?.fix?.text).toMatch(/the private key that signs before SES/);
    expect(finding?.fix?.command).toBeUndefined();
  });
});

describe('the declared leg', () => {
  const legs = (facts: IdentityFacts) => {
    const { dkimLeg, dkimAligned } = verdictOf(facts);
    return { dkimLeg, dkimAligned };
  };

  it.each<[title: string, records: DkimRecordFacts[], leg: string, aligned: boolean | 'unknown']>([
    [
      'one key is live: the sender uses one at a time',
      [selector('old', gone), selector('new')],
      'live',
      true,
    ],
    ['every key is gone', [selector('old', gone), selector('new', gone)], 'none', false],
    ['nothing is known to be live', [selector('old', gone), selector('new', silent)], 'unknown', 'unknown'],
  ])('%s', (_title, records, dkimLeg, dkimAligned) => {
    expect(legs(signedBefore(records))).toEqual({ dkimLeg, dkimAligned });
  });

  it('aligns under strict modes, because it is signed with the From domain itself', () => {
    const facts = signedBefore(both, ({ alignment }) => (alignment.adkim = 's'));
    expect(verdictOf(facts).verdict).toBe('BOTH');
  });

  it('leaves SES’s own signature as a leg where the declared keys are gone', () => {
    const facts = identityFacts((change) => {
      change.selfSigned = { domain: 'example.com', records: [selector('old', gone)] };
    });
    expect(legs(facts)).toEqual({ dkimLeg: 'live', dkimAligned: true });
  });

  it('leaves open whether mail aligns where SES’s own signature does not, and the declared one is unknown', () => {
    const facts = identityFacts((change) => {
      change.selfSigned = { domain: 'example.com', records: [selector('old', silent)] };
      if (change.alignment.dkim) Object.assign(change.alignment.dkim, { real: false, relaxed: false });
    });
    expect(legs(facts).dkimAligned).toBe('unknown');
  });

  it('that is gone is DKIM-08’s matter', () => {
    expect(dkimLegCause(signedBefore([selector('old', gone)]))?.controlId).toBe('DKIM-08');
  });
});
