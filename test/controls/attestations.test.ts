import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../lambda/contract.ts';
import { attestationsEndingSoon } from '../../lambda/controls/attestations.ts';

const NOW = '2026-11-21T06:00:00.000Z';
const attest = (domain: string, expires: string, topic: Attestation['topic'] = 'SPAM_RATE'): Attestation => ({
  domain,
  topic,
  owner: 'Mail team',
  expires,
});
const announced = (all: Attestation[]): string[] =>
  attestationsEndingSoon(all, NOW, 14).map(({ domain, expires }) => `${domain} ${expires}`);

describe('attestations to be said again', () => {
  it('are those that end within the notice, the last day included, soonest first', () => {
    const days = ['2026-12-06', '2026-12-05', '2026-11-21', '2026-11-20'];
    const all = days.map((day, index) => attest(`n${index}.example`, day));
    expect(announced(all)).toEqual(['n2.example 2026-11-21', 'n1.example 2026-12-05']);
  });

  it('are none that another of the same topic outlasts, for the domain or one above it', () => {
    const ending = attest('shop.example.com', '2026-11-30');
    expect(announced([ending, attest('shop.example.com', '2027-05-31')])).toEqual([]);
    expect(announced([ending, attest('example.com', '2027-05-31')])).toEqual([]);
    expect(announced([ending, attest('www.shop.example.com', '2027-05-31')])).toHaveLength(1);
    expect(announced([ending, attest('shop.example.com', '2027-05-31', 'YAHOO_CFL')])).toHaveLength(1);
  });
});
