/** The DKIM section of `check`. */
import type { DnsClient } from '../../lambda/dns/types.ts';
import type { DkimKey } from '../../lambda/mail-auth/dkim.ts';
import { selectDkimKey } from '../../lambda/mail-auth/dkim.ts';
import { excerpt, toAsciiName } from '../../lambda/mail-auth/names.ts';
import type { CheckNode } from './report.ts';
import { node, problem } from './report.ts';

const STATUS_OF_SEVERITY = { error: 'fail', warning: 'warn', info: 'info' } as const;

export async function checkDkim(
  domain: string,
  selectors: readonly string[],
  dns: DnsClient,
): Promise<CheckNode[]> {
  if (selectors.length === 0) {
    return [node('info', 'No selector given, so no key was read: name them with --selector.')];
  }
  return Promise.all(selectors.map((selector) => selectorNode(domain, selector, dns)));
}

async function selectorNode(domain: string, selector: string, dns: DnsClient): Promise<CheckNode> {
  const name = toAsciiName(`${selector}._domainkey.${domain}`);
  if (name === undefined) return node('fail', `"${excerpt(selector)}" is no selector.`);
  const answer = await dns.txt(name);
  const aliases = answer.aliases.map(({ target }) => node('info', `alias of ${excerpt(target, 253)}`));
  if (answer.kind === 'unknown') return node('unknown', `${name}: DNS did not answer (${answer.because}).`);
  if (answer.kind === 'absent') {
    const what = aliases.length > 0 ? 'its alias leads to no record' : 'no record';
    return node('fail', `${name}: ${what} (${answer.because}).`, aliases);
  }
  const selection = selectDkimKey(answer.records);
  switch (selection.kind) {
    case 'none':
      return node('fail', `${name}: no record.`, aliases);
    case 'one':
      return keyNode(name, selection.key, aliases);
    case 'many': {
      const keys = selection.keys.map(({ key }, index) => keyNode(`record ${index + 1}`, key, []));
      return node('fail', `${name}: ${selection.count} records, which verifiers take as they like.`, [
        ...aliases,
        ...keys,
      ]);
    }
  }
}

function keyNode(name: string, key: DkimKey, aliases: CheckNode[]): CheckNode {
  const size = key.keyBits === undefined ? '' : ` ${key.keyBits} bits`;
  const what = key.revoked ? 'revoked' : key.usable ? 'usable' : 'not usable';
  const problems = key.problems.map(({ severity, message, code }) =>
    problem(STATUS_OF_SEVERITY[severity], message, code),
  );
  return node(key.usable ? 'pass' : 'fail', `${name}: ${what}, ${key.keyType ?? 'unknown type'}${size}.`, [
    ...aliases,
    ...problems,
  ]);
}
