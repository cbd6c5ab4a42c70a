/**
 * Calls of API v1 that answer for up to 100 identities at once: notification attributes, which v2 lacks, and DKIM and MAIL
 * FROM, where two Regions are held against each other and one GetEmailIdentity for each identity would cost too much.
 */
import {
  GetIdentityDkimAttributesCommand,
  GetIdentityMailFromDomainAttributesCommand,
  GetIdentityNotificationAttributesCommand,
  type IdentityDkimAttributes,
  type IdentityMailFromDomainAttributes,
  type IdentityNotificationAttributes,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { Pacer } from './pacing.ts';

/** Identities that one call takes. */
export const BATCH_SIZE = 100;

/** Each answers for the names it was given; a name that AWS leaves out (deleted since) is left out here, too. */
export interface BatchReader {
  notification(names: readonly string[]): Promise<Map<string, IdentityNotificationAttributes>>;
  /** v1 says `Success` where v2 says `SUCCESS`. */
  dkim(names: readonly string[]): Promise<Map<string, IdentityDkimAttributes>>;
  mailFrom(names: readonly string[]): Promise<Map<string, IdentityMailFromDomainAttributes>>;
}

/** Batches go one after the other: the request rate is the limit, not the waiting. */
export function createBatchReader(ses: SESClient, pacer: Pacer): BatchReader {
  return {
    notification: (names) =>
      inBatches(names, async (Identities) => {
        const send = (abortSignal: AbortSignal) =>
          ses.send(new GetIdentityNotificationAttributesCommand({ Identities }), { abortSignal });
        return (await pacer.run('ses:GetIdentityNotificationAttributes', send)).NotificationAttributes;
      }),
    dkim: (names) =>
      inBatches(names, async (Identities) => {
        const send = (abortSignal: AbortSignal) =>
          ses.send(new GetIdentityDkimAttributesCommand({ Identities }), { abortSignal });
        return (await pacer.run('ses:GetIdentityDkimAttributes', send)).DkimAttributes;
      }),
    mailFrom: (names) =>
      inBatches(names, async (Identities) => {
        const send = (abortSignal: AbortSignal) =>
          ses.send(new GetIdentityMailFromDomainAttributesCommand({ Identities }), { abortSignal });
        return (await pacer.run('ses:GetIdentityMailFromDomainAttributes', send)).MailFromDomainAttributes;
      }),
  };
}

async function inBatches<View>(
  names: readonly string[],
  fetch: (batch: string[]) => Promise<Record<string, View> | undefined>,
): Promise<Map<string, View>> {
  const views = new Map<string, View>();
  for (let from = 0; from < names.length; from += BATCH_SIZE) {
    const answer = await fetch(names.slice(from, from + BATCH_SIZE));
    for (const [name, view] of Object.entries(answer ?? {})) views.set(name, view);
  }
  return views;
}
