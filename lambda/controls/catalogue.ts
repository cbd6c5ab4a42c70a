/** Every control, by the kind of subject that it judges. The order is that of what a scan stores and shows. */
import type { FactsBySubject } from '../facts/types.ts';
import { acct01 } from './acct-01.ts';
import { acct02 } from './acct-02.ts';
import { acct03 } from './acct-03.ts';
import { acct04 } from './acct-04.ts';
import { acct05 } from './acct-05.ts';
import { acct06 } from './acct-06.ts';
import { acct07 } from './acct-07.ts';
import { acct08 } from './acct-08.ts';
import { acct09 } from './acct-09.ts';
import { acct10 } from './acct-10.ts';
import { acct11 } from './acct-11.ts';
import { acct12 } from './acct-12.ts';
import { acct13 } from './acct-13.ts';
import { align01 } from './align-01.ts';
import { align02 } from './align-02.ts';
import { align03 } from './align-03.ts';
import { align04 } from './align-04.ts';
import { align05 } from './align-05.ts';
import { bulk01 } from './bulk-01.ts';
import { bulk02 } from './bulk-02.ts';
import { bulk03 } from './bulk-03.ts';
import { bulk04 } from './bulk-04.ts';
import { bulk05 } from './bulk-05.ts';
import { bulk06 } from './bulk-06.ts';
import { bulk07 } from './bulk-07.ts';
import { cs01 } from './cs-01.ts';
import { cs02 } from './cs-02.ts';
import { cs03 } from './cs-03.ts';
import { cs04 } from './cs-04.ts';
import { cs05 } from './cs-05.ts';
import { dang01 } from './dang-01.ts';
import { dang02 } from './dang-02.ts';
import { dang03 } from './dang-03.ts';
import { dkim01 } from './dkim-01.ts';
import { dkim02 } from './dkim-02.ts';
import { dkim03 } from './dkim-03.ts';
import { dkim04 } from './dkim-04.ts';
import { dkim05 } from './dkim-05.ts';
import { dkim06 } from './dkim-06.ts';
import { dkim07 } from './dkim-07.ts';
import { dkim08 } from './dkim-08.ts';
import { dkim09 } from './dkim-09.ts';
import { dkim10 } from './dkim-10.ts';
import { dkim11 } from './dkim-11.ts';
import { dkim12 } from './dkim-12.ts';
import { dkim13 } from './dkim-13.ts';
import { dkim14 } from './dkim-14.ts';
import { dmarc01 } from './dmarc-01.ts';
import { dmarc02 } from './dmarc-02.ts';
import { dmarc03 } from './dmarc-03.ts';
import { dmarc04 } from './dmarc-04.ts';
import { dmarc05 } from './dmarc-05.ts';
import { dmarc06 } from './dmarc-06.ts';
import { dmarc07 } from './dmarc-07.ts';
import { dmarc08 } from './dmarc-08.ts';
import { dmarc09 } from './dmarc-09.ts';
import { dmarc10 } from './dmarc-10.ts';
import { dmarc11 } from './dmarc-11.ts';
import { dmarc12 } from './dmarc-12.ts';
import { dmarc13 } from './dmarc-13.ts';
import { dmarc14 } from './dmarc-14.ts';
import { dns04 } from './dns-04.ts';
import { evt01 } from './evt-01.ts';
import { evt02 } from './evt-02.ts';
import { evt03 } from './evt-03.ts';
import { evt04 } from './evt-04.ts';
import { evt05 } from './evt-05.ts';
import { evt06 } from './evt-06.ts';
import { evt07 } from './evt-07.ts';
import { ident01 } from './ident-01.ts';
import { ident02 } from './ident-02.ts';
import { ident03 } from './ident-03.ts';
import { ident04 } from './ident-04.ts';
import { ident05 } from './ident-05.ts';
import { ident06 } from './ident-06.ts';
import { ident07 } from './ident-07.ts';
import { ident08 } from './ident-08.ts';
import { ident09 } from './ident-09.ts';
import { ident10 } from './ident-10.ts';
import { ident11 } from './ident-11.ts';
import { ident13 } from './ident-13.ts';
import { ip01 } from './ip-01.ts';
import { mf01 } from './mf-01.ts';
import { mf02 } from './mf-02.ts';
import { mf03 } from './mf-03.ts';
import { mf04 } from './mf-04.ts';
import { mf05 } from './mf-05.ts';
import { mf06 } from './mf-06.ts';
import { mf07 } from './mf-07.ts';
import { mf08 } from './mf-08.ts';
import { mf09 } from './mf-09.ts';
import { mf10 } from './mf-10.ts';
import { scan01 } from './scan-01.ts';
import { scan02 } from './scan-02.ts';
import { scan03 } from './scan-03.ts';
import { scan04OfDomain, scan04OfTarget } from './scan-04.ts';
import { scan05OfDomain, scan05OfTarget } from './scan-05.ts';
import { scan06 } from './scan-06.ts';
import { spf01 } from './spf-01.ts';
import { spf02 } from './spf-02.ts';
import { spf03 } from './spf-03.ts';
import { spf04 } from './spf-04.ts';
import { spf05 } from './spf-05.ts';
import { spf06 } from './spf-06.ts';
import { spf07 } from './spf-07.ts';
import { spf08 } from './spf-08.ts';
import { spf09 } from './spf-09.ts';
import type { Control, Subject } from './types.ts';

export type Catalogue = { readonly [Kind in keyof FactsBySubject]: readonly Control<FactsBySubject[Kind]>[] };

export const CATALOGUE: Catalogue = {
  account: [scan01],
  target: [
    scan02,
    scan03,
    scan04OfTarget,
    scan05OfTarget,
    acct01,
    acct02,
    acct03,
    ident05,
    acct04,
    acct05,
    acct06,
    acct07,
    acct08,
    acct09,
    acct10,
    acct11,
    acct12,
    acct13,
    cs01,
    cs02,
    cs03,
    cs04,
    cs05,
    evt04,
    evt05,
    ip01,
  ],
  identity: [
    ident01,
    ident02,
    ident03,
    ident06,
    ident11,
    dkim01,
    dkim02,
    dkim03,
    dkim04,
    dkim05,
    dkim06,
    dkim07,
    dkim08,
    dkim09,
    dkim10,
    dkim11,
    dkim12,
    mf01,
    mf02,
    mf04,
    mf05,
    mf06,
    mf07,
    align01,
    align02,
    align03,
    align04,
    align05,
    ident04,
    ident07,
    ident08,
    evt01,
    evt02,
    evt03,
    evt06,
    evt07,
  ],
  domain: [
    scan04OfDomain,
    scan05OfDomain,
    ident13,
    mf03,
    spf01,
    spf02,
    spf03,
    spf04,
    spf05,
    spf06,
    spf07,
    spf08,
    spf09,
    dmarc01,
    dmarc02,
    dmarc03,
    dmarc04,
    dmarc05,
    dmarc06,
    dmarc07,
    dmarc08,
    dmarc09,
    dmarc10,
    dmarc11,
    dmarc12,
    dmarc13,
    dmarc14,
    dns04,
    dang01,
    dang02,
    dang03,
    ident09,
    ident10,
    dkim13,
    dkim14,
    mf08,
    mf09,
    mf10,
    bulk01,
    bulk02,
    bulk03,
    bulk04,
    bulk05,
    bulk06,
    bulk07,
  ],
};

/**
 * A control as its page shows it, whatever it judges. SCAN-04 and -05 judge both targets and domains and stand once;
 * SCAN-06 judges the scanner itself, no subject: lambda/scan/scan-age.ts asks it.
 */
export type ControlPage = Omit<Control<never>, 'judge' | 'subject'> & { subjects: Subject['kind'][] };

export const CONTROL_PAGES: readonly ControlPage[] = pages();

function pages(): ControlPage[] {
  const byId = new Map<string, ControlPage>();
  for (const control of Object.values(CATALOGUE).flat() as Control<never>[]) {
    const known = byId.get(control.id);
    if (known) known.subjects.push(control.subject);
    else byId.set(control.id, pageOf(control, [control.subject]));
  }
  byId.set(scan06.id, pageOf(scan06, []));
  return [...byId.values()];
}

function pageOf(
  control: Omit<Control<never>, 'judge' | 'subject'>,
  subjects: Subject['kind'][],
): ControlPage {
  const { id, revision, title, tier, severity, asserts, why, evidence, remedy, sources, reasons } = control;
  const { reads, permissions } = control;
  return {
    ...{ id, revision, title, tier, severity, asserts, why, evidence, remedy, sources, reasons, subjects },
    ...(reads ? { reads } : {}),
    ...(permissions ? { permissions } : {}),
  };
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
