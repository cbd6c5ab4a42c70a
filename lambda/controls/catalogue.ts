/** Every control, by the kind of subject that it judges. The order is that of what a scan stores and shows. */
import type { FactsBySubject } from '../facts/types.ts';
import { acct01 } from './acct-01.ts';
import { acct02 } from './acct-02.ts';
import { acct03 } from './acct-03.ts';
import { align01 } from './align-01.ts';
import { dkim01 } from './dkim-01.ts';
import { dkim02 } from './dkim-02.ts';
import { dkim05 } from './dkim-05.ts';
import { dkim06 } from './dkim-06.ts';
import { dkim08 } from './dkim-08.ts';
import { dkim12 } from './dkim-12.ts';
import { dmarc01 } from './dmarc-01.ts';
import { dmarc02 } from './dmarc-02.ts';
import { dmarc05 } from './dmarc-05.ts';
import { dmarc06 } from './dmarc-06.ts';
import { ident01 } from './ident-01.ts';
import { ident03 } from './ident-03.ts';
import { ident05 } from './ident-05.ts';
import { ident13 } from './ident-13.ts';
import { mf01 } from './mf-01.ts';
import { mf02 } from './mf-02.ts';
import { mf03 } from './mf-03.ts';
import { mf04 } from './mf-04.ts';
import { scan01 } from './scan-01.ts';
import { scan02 } from './scan-02.ts';
import { scan03 } from './scan-03.ts';
import { scan04OfDomain, scan04OfTarget } from './scan-04.ts';
import { scan05OfDomain, scan05OfTarget } from './scan-05.ts';
import { spf01 } from './spf-01.ts';
import { spf03 } from './spf-03.ts';
import { spf07 } from './spf-07.ts';
import type { Control, Subject } from './types.ts';

export type Catalogue = { readonly [Kind in keyof FactsBySubject]: readonly Control<FactsBySubject[Kind]>[] };

export const CATALOGUE: Catalogue = {
  account: [scan01],
  target: [scan02, scan03, scan04OfTarget, scan05OfTarget, acct01, acct02, acct03, ident05],
  identity: [ident01, ident03, dkim01, dkim02, dkim05, dkim06, dkim08, dkim12, mf01, mf02, mf04, align01],
  domain: [
    scan04OfDomain,
    scan05OfDomain,
    ident13,
    mf03,
    spf01,
    spf03,
    spf07,
    dmarc01,
    dmarc02,
    dmarc05,
    dmarc06,
  ],
};

/** A control as its page shows it, whatever it judges. SCAN-04 and -05 judge both targets and domains and stand once. */
export type ControlPage = Omit<Control<never>, 'judge' | 'subject'> & { subjects: Subject['kind'][] };

export const CONTROL_PAGES: readonly ControlPage[] = pages();

function pages(): ControlPage[] {
  const byId = new Map<string, ControlPage>();
  for (const control of Object.values(CATALOGUE).flat() as Control<never>[]) {
    const { id, revision, title, tier, severity, asserts, why, sources, reasons, subject } = control;
    const known = byId.get(id);
    if (known) known.subjects.push(subject);
    else {
      const subjects = [subject];
      byId.set(id, { id, revision, title, tier, severity, asserts, why, sources, reasons, subjects });
    }
  }
  return [...byId.values()];
}

/** The page of a control, by its id. */
export function controlPage(id: string): ControlPage | undefined {
  return CONTROL_PAGES.find((page) => page.id === id);
}

/**
 * The revision of each control that judges subjects of this kind, by id: the first evaluation of a revision on a known
 * subject is baseline.
 */
export function revisionsOf(kind: Subject['kind']): { [controlId: string]: number } {
  return Object.fromEntries(CATALOGUE[kind].map(({ id, revision }) => [id, revision]));
}
