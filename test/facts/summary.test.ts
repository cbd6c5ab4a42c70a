import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { readSummary, summaryOf } from '../../lambda/facts/summary.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  byodkim,
  dkimStatus,
  freemailFacts,
  gone,
  hoursAgo,
  identityFacts,
  mailFromStatus,
  recordOf,
  servfail,
  subdomainFacts,
  withoutMailFrom,
} from '../controls/facts.ts';

const settings = scanSettingsSchema.parse({});
const summary = (facts: IdentityFacts) => summaryOf(facts, settings);

describe('the summary of an identity', () => {
  it('holds what targets are compared by', () => {
    expect(summary(identityFacts())).toEqual({
      accountId: '111111111111',
      region: 'eu-west-1',
      name: 'example.com',
      type: 'DOMAIN',
      domain: 'example.com',
      verified: true,
      dkim: {
        kind: 'own',
        signingDomain: 'example.com',
        status: 'SUCCESS',
        origin: 'AWS_SES',
        tokens: ['tokena', 'tokenb', 'tokenc'],
        keyBits: 2048,
        leg: 'live',
        aligned: true,
      },
      mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
      spf: { leg: 'live', aligned: true },
      verdict: 'BOTH',
      configurationSet: 'main',
      tlsPolicy: 'REQUIRE',
      exempt: false,
    });
  });

  it('is the same a week later: it holds neither times nor counters', () => {
    const later = identityFacts((facts) => {
      facts.observedAt = hoursAgo(-168);
      facts.ses.lastChecked = hoursAgo(-168);
      facts.ses.dkim.lastKeyGeneration = hoursAgo(1);
    });
    expect(summary(later)).toEqual(summary(identityFacts()));
  });

  it.each<[string, IdentityFacts, object]>([
    [
      'keys lost: who speaks of the missing leg',
      identityFacts((facts) => facts.dkimRecords.forEach(gone)),
      {
        dkim: { leg: 'none', aligned: false, cause: { controlId: 'DKIM-05', identity: 'example.com' } },
        verdict: 'SPF_ONLY',
      },
    ],
    [
      'one key lost',
      identityFacts((facts) => gone(recordOf(facts, 0))),
      { dkim: { leg: 'at-risk', aligned: true, cause: { controlId: 'DKIM-05' } } },
    ],
    [
      'no MAIL FROM',
      identityFacts(withoutMailFrom),
      {
        spf: { leg: 'none', aligned: false, cause: { controlId: 'MF-01', identity: 'example.com' } },
        verdict: 'DKIM_ONLY',
      },
    ],
    [
      'a MAIL FROM domain whose SPF is gone: the cause is a domain’s',
      identityFacts((facts) => {
        if (facts.mailFrom) Object.assign(facts.mailFrom.spf, { records: [] });
      }),
      { spf: { leg: 'none', cause: { controlId: 'SPF-01', domain: 'bounce.example.com' } } },
    ],
    [
      'a MAIL FROM in fallback',
      identityFacts((facts) => mailFromStatus(facts, 'TEMPORARY_FAILURE')),
      { mailFrom: { status: 'TEMPORARY_FAILURE' }, spf: { leg: 'none', cause: { controlId: 'MF-02' } } },
    ],
    [
      'DNS silent: unknown, and nobody is to blame',
      identityFacts((facts) => {
        if (facts.mailFrom) facts.mailFrom.mx = servfail();
      }),
      { spf: { leg: 'unknown', aligned: 'unknown' }, verdict: 'unknown' },
    ],
    [
      'a subdomain that its parent signs for',
      subdomainFacts(),
      { dkim: { kind: 'inherited', signingDomain: 'example.com', status: 'NOT_STARTED', keyBits: 2048 } },
    ],
    [
      'a key of one’s own: its length is what DNS holds',
      identityFacts((facts) => {
        byodkim(facts);
        delete facts.ses.dkim.currentKeyBits;
        if (facts.signer) delete facts.signer.currentKeyBits;
        recordOf(facts, 0).key = {
          usable: true,
          keyBits: 1024,
          revoked: false,
          testMode: false,
          problems: [],
        };
      }),
      { dkim: { origin: 'EXTERNAL', keyBits: 1024 } },
    ],
    [
      'an identity that waits for verification',
      identityFacts((facts) => {
        Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
        delete facts.effective.winner;
        dkimStatus(facts, 'PENDING');
      }),
      { verified: false, dkim: { kind: 'none', status: 'PENDING' } },
    ],
    ['an address of a mailbox provider', freemailFacts(), { exempt: true, type: 'EMAIL_ADDRESS' }],
    [
      'an address in the sandbox',
      addressFacts((facts) => (facts.target.productionAccess = false)),
      { exempt: true },
    ],
    [
      'an address of which nobody knows whether it is a recipient',
      addressFacts((facts) => (facts.target.productionAccess = 'unknown')),
      { exempt: false },
    ],
  ])('%s', (_when, facts, expected) => {
    expect(summary(facts)).toMatchObject(expected);
  });

  it.each<[string, IdentityFacts['configurationSets'], unknown]>([
    [
      'read',
      {
        kind: 'seen',
        value: { sets: [setOf('other', 'OPTIONAL'), setOf('default', 'REQUIRE')], listed: 2, missing: [] },
      },
      'REQUIRE',
    ],
    ['deleted', { kind: 'seen', value: { sets: [], listed: 0, missing: ['default'] } }, undefined],
    ['not permitted', { kind: 'off' }, undefined],
    ['not asked', undefined, undefined],
  ])('tells the TLS policy of the default configuration set: %s', (_when, sets, expected) => {
    const facts = identityFacts((one) => {
      one.ses.configurationSet = 'default';
      delete one.configurationSets;
      if (sets) one.configurationSets = sets;
    });
    expect(summary(facts).tlsPolicy).toBe(expected);
    expect(summary(facts).configurationSet).toBe('default');
  });
});

function setOf(name: string, tlsPolicy: 'REQUIRE' | 'OPTIONAL') {
  return { name, tlsPolicy, sendingEnabled: true, reputationMetrics: true, destinations: [] };
}

describe('reading a stored summary', () => {
  const more = { observedAt: '2026-11-21T00:00:00.000Z', use: 'FROM' } as const;

  it('gives it back with the use and the age that are not stored', () => {
    const stored = JSON.parse(JSON.stringify(summary(identityFacts()))) as never;
    expect(readSummary(stored, more)).toEqual({ ...summary(identityFacts()), ...more });
  });

  it.each([undefined, null, 'text', [], {}, { dkim: {}, spf: {} }])('knows nothing of %j', (stored) => {
    expect(readSummary(stored as never, more)).toBeUndefined();
  });
});
