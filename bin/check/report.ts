/** What `check` finds about one domain, as plain data: a tree of statements. */
import type { SecondOpinionState } from '../../lambda/dns/types.ts';

/** `info` says something and judges nothing. */
export type CheckStatus = 'pass' | 'info' | 'warn' | 'unknown' | 'fail';

export interface CheckNode {
  /** One line, printable, bounded. */
  text: string;
  status: CheckStatus;
  /** Of a problem: its stable code, which ends the text, too. */
  code?: string;
  children: CheckNode[];
}

export interface CheckReport {
  /** The domain checked: DKIM keys stand below it. A-label form, as all names here. */
  domain: string;
  fromDomain: string;
  mailFromDomain: string;
  /** The worst of the sections. */
  status: CheckStatus;
  /**
   * For the shell: 1 when anything fails, else 2 when something could not be judged, else 1 for warnings, else 0. A known
   * failure outranks what is unknown, because it stands whatever the rest turns out to be.
   */
  exitStatus: 0 | 1 | 2;
  /** Whether what fails was confirmed at an independent resolver. */
  secondOpinion: SecondOpinionState;
  sections: { title: string; nodes: CheckNode[] }[];
}

/** From lightest to worst; `info` never weighs. */
const ORDER: readonly CheckStatus[] = ['info', 'pass', 'warn', 'unknown', 'fail'];
const EXIT_STATUS: Readonly<Record<CheckStatus, 0 | 1 | 2>> = {
  pass: 0,
  info: 0,
  warn: 1,
  unknown: 2,
  fail: 1,
};

export function node(status: CheckStatus, text: string, children: CheckNode[] = []): CheckNode {
  return { text, status, children };
}

/** A problem of the engine: its sentence, its code behind it. */
export function problem(status: CheckStatus, message: string, code: string): CheckNode {
  return { text: `${message} [${code}]`, status, code, children: [] };
}

/** The worst status in the trees; `pass` for none. */
export function worstOf(nodes: readonly CheckNode[]): CheckStatus {
  let worst: CheckStatus = 'pass';
  for (const { status, children } of nodes) {
    for (const candidate of [status, worstOf(children)]) {
      if (ORDER.indexOf(candidate) > ORDER.indexOf(worst)) worst = candidate;
    }
  }
  return worst;
}

export function exitStatusOf(status: CheckStatus): 0 | 1 | 2 {
  return EXIT_STATUS[status];
}
