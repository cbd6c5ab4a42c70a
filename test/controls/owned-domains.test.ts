import { describe, expect, it } from 'vitest';
import { exemptionOf, isJudgedAsSender } from '../../lambda/controls/exemption.ts';
import { ident03 } from '../../lambda/controls/ident-03.ts';
import { ownedDomain } from '../../lambda/controls/owned-domains.ts';
import { addressFacts, contextOf, identityFacts, loneAddressFacts } from './facts.ts';

const owning = (...ownedDomains: string[]) => contextOf({ settings: { ownedDomains } });

describe('an owned domain', () => {
  it.each([
    ['example.com', 'example.com'],
    ['a.b.example.com', 'b.example.com'],
    ['x.example.com', 'example.com'],
    ['anexample.com', undefined],
    ['com', undefined],
  ])('of %s is %s, the nearest', (domain, owned) => {
    expect(ownedDomain(domain, owning('example.com', 'b.example.com').settings)).toBe(owned);
  });
});

describe('an address of a foreign domain', () => {
  const { settings } = owning('example.net');

  it('is left to IDENT-06, and brings no From domain to be judged', () => {
    const facts = loneAddressFacts();
    expect(exemptionOf(facts, settings)).toBe('FOREIGN_DOMAIN');
    expect(isJudgedAsSender(facts, settings)).toBe(false);
    expect(ident03.judge(facts, owning('example.net'))[0]).toMatchObject({
      status: 'NOT_APPLICABLE',
      reason: 'FOREIGN_DOMAIN',
    });
  });

  it('is foreign whether or not it is a sandbox recipient, where that is not known', () => {
    const facts = loneAddressFacts((change) => (change.target.productionAccess = 'unknown'));
    expect(exemptionOf(facts, settings)).toBe('FOREIGN_DOMAIN');
  });

  it.each([
    ['a domain identity', identityFacts()],
    ['an address whose domain is verified here', addressFacts()],
  ])('is not %s', (_title, facts) => {
    expect(exemptionOf(facts, settings)).toBeUndefined();
  });

  it('cannot be told without the setting', () => {
    expect(exemptionOf(loneAddressFacts(), contextOf().settings)).toBeUndefined();
  });
});
