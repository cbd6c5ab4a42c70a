/** API v1's calls for up to 100 identities at once, for targets with very many identities. */
import {
  GetIdentityDkimAttributesCommand,
  GetIdentityMailFromDomainAttributesCommand,
  GetIdentityNotificationAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  type IdentityDkimAttributes,
  type IdentityMailFromDomainAttributes,
  type IdentityNotificationAttributes,
  type IdentityVerificationAttributes,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { Pacer } from './pacing.ts';

/** Identities that one v1 call takes. */
export const BATCH_SIZE = 100;

/** The four views of one identity that v1 gives. v1 says `Success` where v2 says `SUCCESS`. */
export interface IdentityBatchView {
  verification?: IdentityVerificationAttributes;
  dkim?: IdentityDkimAttributes;
  mailFrom?: IdentityMailFromDomainAttributes;
  notification?: IdentityNotificationAttributes;
}

/** Each method answers for the names it was given; a name that AWS leaves out (deleted since) is left out here, too. */
export interface BatchReader {
  verification(names: readonly string[]): Promise<Map<string, IdentityVerificationAttributes>>;
  dkim(names: readonly string[]): Promise<Map<string, IdentityDkimAttributes>>;
  mailFrom(names: readonly string[]): Promise<Map<string, IdentityMailFromDomainAttributes>>;
  notification(names: readonly string[]): Promise<Map<string, IdentityNotificationAttributes>>;
  /** All four views, 4 calls per 100 names. */
  all(names: readonly string[]): Promise<Map<string, IdentityBatchView>>;
}

/** Batches go one after the other: the request rate is the limit, not the waiting. */
export function createBatchReader(ses: SESClient, pacer: Pacer): BatchReader {
  const verification: BatchReader['verification'] = (names) =>
    inBatches(names, async (Identities) => {
      const send = (abortSignal: AbortSignal) =>
        ses.send(new GetIdentityVerificationAttributesCommand({ Identities }), { abortSignal });
      return (await pacer.run('ses:GetIdentityVerificationAttributes', send)).VerificationAttributes;
    });
  const dkim: BatchReader['dkim'] = (names) =>
    inBatches(names, async (Identities) => {
      const send = (abortSignal: AbortSignal) =>
        ses.send(new GetIdentityDkimAttributesCommand({ Identities }), { abortSignal });
      return (await pacer.run('ses:GetIdentityDkimAttributes', send)).DkimAttributes;
    });
  const mailFrom: BatchReader['mailFrom'] = (names) =>
    inBatches(names, async (Identities) => {
      const send = (abortSignal: AbortSignal) =>
        ses.send(new GetIdentityMailFromDomainAttributesCommand({ Identities }), { abortSignal });
      return (await pacer.run('ses:GetIdentityMailFromDomainAttributes', send)).MailFromDomainAttributes;
    });
  const notification: BatchReader['notification'] = (names) =>
    inBatches(names, async (Identities) => {
      const send = (abortSignal: AbortSignal) =>
        ses.send(new GetIdentityNotificationAttributesCommand({ Identities }), { abortSignal });
      return (await pacer.run('ses:GetIdentityNotificationAttributes', send)).NotificationAttributes;
    });
  return {
    verification,
    dkim,
    mailFrom,
    notification,
    async all(names) {
      const views = new Map<string, IdentityBatchView>();
      const put = <Key extends keyof IdentityBatchView>(
        key: Key,
        answers: ReadonlyMap<string, NonNullable<IdentityBatchView[Key]>>,
      ) => answers.forEach((answer, name) => views.set(name, { ...views.get(name), [key]: answer }));
      put('verification', await verification(names));
      put('dkim', await dkim(names));
      put('mailFrom', await mailFrom(names));
      put('notification', await notification(names));
      return views;
    },
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
