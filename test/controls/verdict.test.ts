import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../lambda/controls/verdict.ts';
import type { IdentityFacts, SpfResultName } from '../../lambda/facts/types.ts';
import {
  bareTxt,
  byodkim,
  dkimStatus,
  found,
  gone,
  identityFacts,
  mailFromStatus,
  nodata,
  recordOf,
  servfail,
  silent,
  subdomainFacts,
  withoutMailFrom,
} from './facts.ts';

type Change = (facts: IdentityFacts) => unknown;
const shaped = (...changes: Change[]) => identityFacts((facts) => changes.forEach((change) => change(facts)));
const record =
  (n: 0 | 1 | 2, change: (record: IdentityFacts['dkimRecords'][number]) => unknown): Change =>
  (facts) =>
    change(recordOf(facts, n));
const mailFrom =
  (change: (live: NonNullable<IdentityFacts['mailFrom']>) => unknown): Change =>
  (facts) =>
    facts.mailFrom && change(facts.mailFrom);

describe('the DKIM leg', () => {
  it.each<[string, IdentityFacts, string]>([
    ['all live', shaped(), 'live'],
    ['none live, none unknown', shaped((facts) => facts.dkimRecords.forEach(gone)), 'none'],
    ['some live, some dead', shaped(record(0, gone)), 'at-risk'],
    ['some live, some dead, some unknown', shaped(record(0, gone), record(1, silent)), 'at-risk'],
    ['some live, some unknown', shaped(record(0, silent)), 'unknown'],
    ['some dead, some unknown', shaped(record(0, gone), record(1, silent), record(2, silent)), 'unknown'],
    ['all unknown', shaped((facts) => facts.dkimRecords.forEach(silent)), 'unknown'],
    [
      'a TXT with another key than SES’s is dead',
      shaped(record(0, bareTxt('p=A', found(['p=B'])))),
      'at-risk',
    ],
    [
      'CNAMEs that lead elsewhere are dead, whatever key stands there',
      shaped((facts) =>
        facts.dkimRecords.forEach((one) => {
          one.cnameTarget = `${one.token}.dkim.elsewhere.example`;
          one.txt = found(['v=DKIM1; p=A'], [one.cnameTarget]);
        }),
      ),
      'none',
    ],
    [
      'a bare TXT is unknown while SES’s own key is',
      shaped((facts) => facts.dkimRecords.forEach((one) => bareTxt('p=A', servfail())(one))),
      'unknown',
    ],
    ['the signer is not verified', shaped((facts) => dkimStatus(facts, 'FAILED')), 'none'],
    [
      'the signer’s status was cached as SUCCESS, and DNS is unknown',
      shaped(...([0, 1, 2] as const).map((n) => record(n, silent))),
      'unknown',
    ],
    ['an own key', shaped(byodkim), 'live'],
    [
      'an own key whose selector is not told',
      shaped(byodkim, (facts) => facts.signer && (facts.signer.tokens = [])),
      'unknown',
    ],
    ['an inherited signer', subdomainFacts(), 'live'],
    [
      'signing switched off',
      shaped((facts) => (facts.effective.dkim = { kind: 'unsigned', by: 'example.com' })),
      'none',
    ],
    [
      'not proven',
      shaped((facts) => (facts.effective.dkim = { kind: 'unproven', detail: 'why' })),
      'unknown',
    ],
  ])('%s', (_what, facts, leg) => expect(verdictOf(facts).dkimLeg).toBe(leg));
});

const addresses = (result: SpfResultName) => ({ addresses: [{ ip: '203.0.113.100', result }] });

describe('the SPF leg', () => {
  it.each<[string, IdentityFacts, string]>([
    ['all is right', shaped(), 'live'],
    ['no MAIL FROM', shaped(withoutMailFrom), 'none'],
    ['SES has not verified it', shaped((facts) => mailFromStatus(facts, 'TEMPORARY_FAILURE')), 'none'],
    ['no MX', shaped(mailFrom((live) => (live.mx = nodata()))), 'none'],
    [
      'the MX of another SES Region',
      shaped(
        mailFrom(
          (live) =>
            (live.mx = found([{ preference: 10, exchange: 'feedback-smtp.us-east-1.amazonses.com' }])),
        ),
      ),
      'live',
    ],
    ['the MX unknown', shaped(mailFrom((live) => (live.mx = servfail()))), 'unknown'],
    [
      'the MX unknown, but SPF wrong',
      shaped(
        mailFrom((live) => (live.mx = servfail())),
        mailFrom((live) => live.spf.records.pop()),
      ),
      'none',
    ],
    ['SPF unknown', shaped(mailFrom((live) => delete live.spf.sesNetworks)), 'unknown'],
    [
      'SPF passes for a part of SES',
      shaped(mailFrom(({ spf }) => spf.sesNetworks?.push({ network: 'n', ip: '192.0.2.9', result: 'fail' }))),
      'none',
    ],
    [
      'SPF passes for SES and for its dedicated address',
      shaped(mailFrom(({ spf }) => (spf.dedicated = addresses('pass')))),
      'live',
    ],
    [
      'SPF does not pass for a dedicated address',
      shaped(mailFrom(({ spf }) => (spf.dedicated = addresses('softfail')))),
      'none',
    ],
    [
      'the dedicated addresses could not be read',
      shaped(mailFrom(({ spf }) => (spf.dedicated = { addresses: [], unread: ['ACCESS_DENIED'] }))),
      'unknown',
    ],
    [
      'they could not, and SES’s networks fail',
      shaped(
        mailFrom(({ spf }) => {
          spf.dedicated = { addresses: [], unread: ['ACCESS_DENIED'] };
          spf.sesNetworks?.forEach((network) => (network.result = 'fail'));
        }),
      ),
      'none',
    ],
    [
      'the settings keep them from being read',
      shaped(mailFrom(({ spf }) => (spf.dedicated = { addresses: [], off: true }))),
      'live',
    ],
  ])('%s', (_what, facts, leg) => expect(verdictOf(facts).spfLeg).toBe(leg));
});

describe('the verdict', () => {
  const aligned = (dkim: boolean | 'unknown', spf: boolean | 'unknown') =>
    shaped((facts) => {
      facts.alignment.dkim = { domain: 'example.com', real: dkim, relaxed: true };
      facts.alignment.spf = { domain: 'bounce.example.com', real: spf, relaxed: true };
    });

  it.each<[boolean | 'unknown', boolean | 'unknown', string, string[]]>([
    [true, true, 'BOTH', ['BOTH']],
    [true, false, 'DKIM_ONLY', ['DKIM_ONLY']],
    [false, true, 'SPF_ONLY', ['SPF_ONLY']],
    [false, false, 'NONE', ['NONE']],
    [true, 'unknown', 'unknown', ['DKIM_ONLY', 'BOTH']],
    ['unknown', false, 'unknown', ['NONE', 'DKIM_ONLY']],
    ['unknown', 'unknown', 'unknown', ['NONE', 'SPF_ONLY', 'DKIM_ONLY', 'BOTH']],
  ])('DKIM aligned %s, SPF aligned %s: %s', (dkim, spf, verdict, possible) => {
    expect(verdictOf(aligned(dkim, spf))).toMatchObject({ verdict, possible, relaxed: 'BOTH' });
  });
});
