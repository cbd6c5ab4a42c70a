/** What a fix says to publish, published: nothing is left of the findings that gave it, and all of them gave the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { judgeDomain } from '../../lambda/controls/judge.ts';
import type { Finding } from '../../lambda/controls/types.ts';
import { gatherDomainFacts } from '../../lambda/facts/gather-domain.ts';
import type { Dependent } from '../../lambda/facts/types.ts';
import { spfZone } from '../support/spf-zones.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const NOW = '2026-11-21T09:00:00.000Z';
const settings = scanSettingsSchema.parse({ reportMailbox: 'dmarc@example.test' });

async function judge(name: string, use: Dependent['use'], zone: Zone): Promise<Finding[]> {
  const facts = await gatherDomainFacts({
    name,
    dependents: [{ accountId: '111111111111', region: 'eu-west-1', identity: name, use }],
    settings,
    dns: zoneResolver(zone),
    observedAt: NOW,
  });
  return judgeDomain(facts, { settings, scanStartTime: NOW, full: true });
}

const isOpen = ({ status }: Finding): boolean => status === 'FAIL' || status === 'WARN';

/** The zone with the TXT of the fix in place of those that it removes. */
function applied(zone: Zone, { fix }: Finding): Zone {
  const copy: Zone = { ...zone };
  for (const { name } of fix?.publish ?? []) {
    const node = copy[name];
    const now = typeof node === 'object' && Array.isArray(node.TXT) ? node.TXT.map(String) : [];
    const gone = (fix?.remove ?? []).map(({ value }) => value);
    const TXT = [
      ...now.filter((text) => !gone.includes(text)),
      ...(fix?.publish ?? []).map(({ value }) => value),
    ];
    copy[name] = { ...(typeof node === 'object' ? node : {}), TXT };
  }
  return copy;
}

/** Causes on the same domain are open findings. */
function expectOpenCauses(findings: Finding[], name: string): void {
  for (const { key, cause } of findings) {
    if (cause?.subject.kind !== 'domain' || cause.subject.name !== name) continue;
    expect(
      findings.filter(isOpen).map(({ controlId }) => controlId),
      key,
    ).toContain(cause.controlId);
  }
}

async function expectHealed(name: string, use: Dependent['use'], zone: Zone, ids: RegExp): Promise<number> {
  const findings = await judge(name, use, zone);
  expectOpenCauses(findings, name);
  const open = findings.filter(
    (one) => ids.test(one.controlId) && isOpen(one) && one.fix?.publish !== undefined,
  );
  const [first] = open;
  if (!first) return 0;
  for (const { fix, key } of open) expect([key, fix?.publish]).toEqual([key, first.fix?.publish]);
  const after = await judge(name, use, applied(zone, first));
  for (const { controlId } of open) {
    const left = after.find((one) => one.controlId === controlId && isOpen(one));
    expect(
      left?.summary,
      `${controlId} after publishing ${JSON.stringify(first.fix?.publish)}`,
    ).toBeUndefined();
  }
  return open.length;
}

describe('the SPF record that a fix gives', () => {
  it('heals whatever was wrong with the MAIL FROM domain', { timeout: 60_000 }, async () => {
    let healed = 0;
    await fc.assert(
      fc.asyncProperty(spfZone, async (generated) => {
        const zone: Zone = {
          ...generated,
          'amazonses.com': { TXT: ['v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:5e5::/48 -all'] },
        };
        healed += await expectHealed('sub.a.test', 'MAIL_FROM', zone, /^SPF-0[1-8]$/);
      }),
      { numRuns: 150 },
    );
    expect(healed).toBeGreaterThan(100);
  });
});

describe('the DMARC record that a fix gives', () => {
  it('heals whatever was wrong with the record', { timeout: 60_000 }, async () => {
    const tag = fc.constantFrom(
      ...['p=none', 'p=reject', 'p=Quarantine', 'p=rejct', 'sp=reject', 'sp=x', 'np=none', 'np='],
      ...['adkim=s', 'adkim=x', 'aspf=s', 'psd=n', 'psd=z', 't=y', 't=n', 'pct=20', 'pct=x', 'fo=1', 'fo=9'],
      ...['rua=mailto:d@example.test', 'rua=mailto:example.test', 'rua=d@example.test', 'rua=https://x.test'],
      ...['ruf=mailto:f@example.test', 'ruf=f', 'junk', 'x=1', 'P=none', ''],
    );
    let healed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(tag, { maxLength: 7 }), async (tags) => {
        const zone: Zone = {
          'example.test': { TXT: ['v=spf1 -all'], MX: [[10, 'mx.example.test']] },
          '_dmarc.example.test': { TXT: [['v=DMARC1', ...tags].join('; ')] },
        };
        healed += await expectHealed('example.test', 'FROM', zone, /^DMARC-(01|04|08|11)$/);
      }),
      { numRuns: 300 },
    );
    expect(healed).toBeGreaterThan(200);
  });
});
