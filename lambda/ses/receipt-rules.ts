/** Whom a target receives mail for: the recipients of the active receipt rule set (API v1). */
import { DescribeActiveReceiptRuleSetCommand, type ReceiptRule, type SESClient } from '@aws-sdk/client-ses';
import { domainOf } from './names.ts';
import type { Pacer } from './pacing.ts';

/** A rule set has at most 200 rules of 500 recipients; nothing here needs more names. */
const MAX_DOMAINS = 2_000;

export async function readReceiptDomains(ses: SESClient, pacer: Pacer): Promise<string[]> {
  const { Rules } = await pacer.run('ses:DescribeActiveReceiptRuleSet', (abortSignal) =>
    ses.send(new DescribeActiveReceiptRuleSetCommand({}), { abortSignal }),
  );
  return receiptDomains(Rules ?? []);
}

/**
 * `example.com` for a domain and for its addresses, `.example.com` for its subdomains, `*` for a rule without
 * recipients, which receives for every verified domain. Rules that are off receive nothing.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html
 */
export function receiptDomains(rules: readonly ReceiptRule[]): string[] {
  const domains = new Set<string>();
  for (const { Enabled, Recipients } of rules) {
    if (!Enabled) continue;
    for (const recipient of Recipients?.length ? Recipients : ['*'])
      domains.add(domainOfRecipient(recipient));
  }
  return [...domains].sort().slice(0, MAX_DOMAINS);
}

function domainOfRecipient(recipient: string): string {
  if (recipient === '*') return recipient;
  return recipient.startsWith('.') ? `.${domainOf(recipient.slice(1))}` : domainOf(recipient);
}
