/** What the values of DMARC tags mean: RFC 9989 section 4.7, with defaults for what is missing or invalid. */
import { excerpt } from './names.ts';
import { parseReportUris } from './dmarc-uri.ts';
import type {
  AlignmentMode,
  DmarcPolicy,
  DmarcProblem,
  DmarcRecord,
  DmarcRecordProblemCode,
  DmarcTags,
  PolicyTag,
  ProblemSeverity,
  RecordEffect,
  ReportUri,
} from './dmarc-types.ts';

/** Of warnings and lint; errors are few by nature and always kept. */
const MAX_PROBLEMS = 50;

/** RFC 9989 Appendix A.6 and section 9.3: historic. */
export const REMOVED_TAGS: readonly string[] = ['pct', 'rf', 'ri'];
export const POLICY_TAGS: readonly PolicyTag[] = ['p', 'sp', 'np'];

/** The problems of one record, bounded. */
export class ProblemLog {
  readonly problems: DmarcProblem[] = [];

  report(code: DmarcRecordProblemCode, severity: ProblemSeverity, message: string, tag?: string): void {
    this.add({ code, severity, message, ...(tag === undefined ? {} : { tag }) });
  }

  add(problem: DmarcProblem): void {
    if (problem.severity === 'error' || this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}

/** Values by tag name, the last of each. */
export type TagValues = ReadonlyMap<string, string>;

/** Reads every known tag and says what is wrong with it. */
export function readTagValues(
  values: TagValues,
  log: ProblemLog,
): Pick<DmarcRecord, 'tags' | 'uris' | 'effect' | 'legacy'> {
  const rua = readUris('rua', values, log);
  const ruf = readUris('ruf', values, log);
  const tags: DmarcTags = { adkim: 'r', aspf: 'r', psd: 'u', t: 'n', rua: validOf(rua), ruf: validOf(ruf) };
  readPolicies(tags, values, log);
  tags.adkim = readChoice('adkim', ALIGNMENT_MODES, 'r', values, log);
  tags.aspf = readChoice('aspf', ALIGNMENT_MODES, 'r', values, log);
  tags.psd = readChoice('psd', PSD_VALUES, 'u', values, log);
  tags.t = readChoice('t', T_VALUES, 'n', values, log);
  readFailureOptions(tags, values, log);
  return { tags, uris: { rua, ruf }, effect: judgeEffect(tags, values), legacy: readLegacy(values, log) };
}

const ALIGNMENT_MODES: readonly AlignmentMode[] = ['r', 's'];
const PSD_VALUES: readonly DmarcTags['psd'][] = ['y', 'n', 'u'];
const T_VALUES: readonly DmarcTags['t'][] = ['y', 'n'];

function validOf(uris: readonly ReportUri[]): string[] {
  const valid: string[] = [];
  for (const uri of uris) if (uri.valid) valid.push(uri.uri);
  return valid;
}

function readPolicies(tags: DmarcTags, values: TagValues, log: ProblemLog): void {
  for (const tag of POLICY_TAGS) {
    const value = values.get(tag);
    if (value === undefined) continue;
    const policy = asPolicy(value);
    if (policy === undefined) {
      const code = ({ p: 'P_INVALID', sp: 'SP_INVALID', np: 'NP_INVALID' } as const)[tag];
      log.report(code, 'error', `${tag}=${excerpt(value, 40)} is none of none, quarantine, reject.`, tag);
    } else {
      tags[tag] = policy;
    }
  }
}

/** Values of these tags are ABNF strings, hence case-insensitive (RFC 5234 section 2.3). */
function asPolicy(value: string): DmarcPolicy | undefined {
  const lower = value.toLowerCase();
  return lower === 'none' || lower === 'quarantine' || lower === 'reject' ? lower : undefined;
}

function readChoice<Value extends string>(
  tag: string,
  allowed: readonly Value[],
  otherwise: Value,
  values: TagValues,
  log: ProblemLog,
): Value {
  const value = values.get(tag);
  if (value === undefined) return otherwise;
  const lower = value.toLowerCase();
  for (const candidate of allowed) if (candidate === lower) return candidate;
  const message = `${tag}=${excerpt(value, 40)} is none of ${allowed.join(', ')}; ${otherwise} is in effect.`;
  log.report('INVALID_VALUE', 'warning', message, tag);
  return otherwise;
}

function readUris(tag: 'rua' | 'ruf', values: TagValues, log: ProblemLog): ReportUri[] {
  const value = values.get(tag);
  if (value === undefined) return [];
  const { uris, problems } = parseReportUris(tag, value);
  for (const problem of problems) log.add(problem);
  if (uris.length > 2) {
    log.report(
      'MANY_URIS',
      'info',
      `${tag} has ${uris.length} entries; receivers may use the first two only.`,
      tag,
    );
  }
  return uris;
}

/** Section 4.7 `fo`: options joined by colons, `0` and `1` excluding each other; ignored without `ruf`. */
function readFailureOptions(tags: DmarcTags, values: TagValues, log: ProblemLog): void {
  const value = values.get('fo')?.toLowerCase();
  if (!values.has('ruf')) {
    if (value !== undefined)
      log.report('FO_WITHOUT_RUF', 'info', 'fo is ignored, because there is no ruf.', 'fo');
    return;
  }
  tags.fo = '0';
  if (value === undefined) return;
  const options = value.split(':');
  if (
    options.every((option) => /^[01ds]$/.test(option)) &&
    !(options.includes('0') && options.includes('1'))
  ) {
    tags.fo = value;
    return;
  }
  log.report(
    'FO_INVALID',
    'warning',
    `fo=${excerpt(value, 40)} is no list of 0 or 1, d, s; 0 is in effect.`,
    'fo',
  );
}

/** Section 4.10.1: a broken policy tag means p=none for those who ask for reports, no DMARC at all for the others. */
function judgeEffect(tags: DmarcTags, values: TagValues): RecordEffect {
  const { p, sp, np } = tags;
  let broken: PolicyTag | undefined;
  if (p === undefined) broken = 'p';
  else if (sp === undefined && values.has('sp')) broken = 'sp';
  else if (np === undefined && values.has('np')) broken = 'np';
  if (p === undefined || broken !== undefined) {
    return { kind: tags.rua.length > 0 ? 'as-none' : 'not-processed', because: broken ?? 'p' };
  }
  const effect: RecordEffect = { kind: 'as-published', p };
  if (sp !== undefined) effect.sp = sp;
  if (np !== undefined) effect.np = np;
  return effect;
}

function readLegacy(values: TagValues, log: ProblemLog): DmarcRecord['legacy'] {
  const legacy: DmarcRecord['legacy'] = {};
  for (const tag of REMOVED_TAGS) {
    if (!values.has(tag)) continue;
    log.report(
      'REMOVED_TAG',
      'info',
      `${tag} was removed by RFC 9989; receivers of RFC 7489 may heed it.`,
      tag,
    );
  }
  const [pct, rf, ri] = [values.get('pct'), values.get('rf'), values.get('ri')];
  if (pct !== undefined) legacy.pct = readPct(pct, log);
  if (rf !== undefined) legacy.rf = rf;
  if (ri !== undefined) legacy.ri = ri;
  return legacy;
}

function readPct(value: string, log: ProblemLog): number {
  if (!/^[0-9]{1,3}$/.test(value) || Number(value) > 100) {
    log.report('PCT_INVALID', 'warning', `pct=${excerpt(value, 20)} is no number from 0 to 100.`, 'pct');
    return 100;
  }
  const pct = Number(value);
  if (pct < 100) {
    const message = `pct=${pct}: receivers of RFC 7489 apply the policy to ${pct} % of failing mail, newer ones to all of it.`;
    log.report('PCT_BELOW_100', 'warning', message, 'pct');
  }
  return pct;
}
