/** A waiver the whole way: settings, scan, mail, report; announced two weeks before its end, and loud after it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Waiver } from '../../lambda/contract.ts';
import { returnToPresent, travel } from '../../local/clock.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import { flat, smallWorld, startSandbox, type Sandbox } from './support.ts';

const SHOP = '222222222222';
const DAY_MS = 24 * 3600 * 1000;
/** When this file was loaded, before any time passed. */
const EXPIRES = new Date(Date.now() + 20 * DAY_MS).toISOString().slice(0, 10);

const waiver = (more: Partial<Waiver>): Waiver => ({
  ...{ control: 'DKIM-05', account: SHOP, region: '*', subject: '*.example' },
  ...{ reason: 'the DNS provider moves', owner: 'Shop team', expires: EXPIRES },
  ...more,
});

let sandbox: Sandbox;
const scans: ScanOutcome[] = [];
beforeAll(async () => {
  const world = smallWorld([
    {
      id: SHOP,
      name: 'shop',
      targets: { 'us-east-1': { identities: [domain('shop.example', { faults: ['dkim-cname-missing'] })] } },
    },
  ]);
  sandbox = await startSandbox(world, {
    attestations: [{ domain: 'nothing.example', topic: 'SPAM_RATE', owner: 'Shop team', expires: EXPIRES }],
    waivers: [waiver({}), waiver({ control: 'MF-0*', subject: 'nothing.example', owner: 'Nobody' })],
  });
  scans.push(await sandbox.scan());
  for (const days of [10, 14]) {
    travel(days * DAY_MS);
    scans.push(await sandbox.scan());
  }
}, 120_000);
afterAll(async () => {
  returnToPresent();
  await sandbox?.close();
});

const body = (scan: number): string => flat(scans[scan]?.digest?.body);
const report = (scan: number): string => readFileSync(scans[scan]?.reportFile ?? '', 'utf8');

describe('a waived finding', () => {
  it('is counted as waived and spelled out by no mail', () => {
    expect(scans[0]?.scan?.totals).toMatchObject({ waived: 1, findings: { FAIL: 1 } });
    expect(scans[0]?.scan?.totals?.open).not.toHaveProperty('MEDIUM');
    expect(body(0)).not.toContain('DKIM-05');
    expect(body(0)).not.toContain('WAIVERS');
  });

  it('stands in the report with owner, reason and end, and the unused waiver is named', () => {
    expect(report(0)).toContain(`Waived by Shop team until ${EXPIRES}: the DNS provider moves`);
    expect(report(0)).toMatch(/<td>Nobody<\/td>.*<td>0<\/td><td>in force, unused<\/td>/);
  });

  it('is announced two weeks before its waiver ends; an unused waiver is not', () => {
    expect(body(1)).toContain('WAIVERS THAT END SOON');
    expect(body(1)).toContain(`DKIM-05 of *.example in account ${SHOP}: by Shop team, until `);
    expect(body(1)).not.toContain('Nobody');
    expect(body(1)).not.toContain('no longer waived');
  });

  it('is announced with the attestations that end then', () => {
    expect(body(0)).not.toContain('ATTESTATIONS');
    expect(body(1)).toContain('ATTESTATIONS THAT END SOON');
    expect(body(1)).toContain('SPAM_RATE of nothing.example: by Shop team, until ');
    expect(body(2)).not.toContain('ATTESTATIONS');
    expect(report(1)).toMatch(/<td>nothing\.example<\/td><td>SPAM_RATE<\/td>.*<td>ends soon<\/td>/);
  });

  it('alerts again once its waiver has expired', () => {
    expect(scans[2]?.digest?.subject).toContain('1 no longer waived');
    expect(body(2)).toContain('DKIM-05 no longer waived: shop.example');
    expect(body(2)).toMatch(/The waiver by Shop team expired on .*: still FAIL\./);
    expect(body(2)).toContain('WAIVERS THAT HAVE ENDED');
    expect(scans[2]?.scan?.totals).toMatchObject({ waived: 0 });
  });
});
