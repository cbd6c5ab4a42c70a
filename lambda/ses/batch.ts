/** The one call of API v1 whose answer v2 lacks: the notification attributes of up to 100 identities at once. */
import {
  GetIdentityNotificationAttributesCommand,
  type IdentityNotificationAttributes,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { Pacer } from './pacing.ts';

/** Identities that one call takes. */
export const BATCH_SIZE = 100;

export interface BatchReader {
  /** Answers for the names it was given; a name that AWS leaves out (deleted since) is left out here, too. */
  notification(names: readonly string[]): Promise<Map<string, IdentityNotificationAttributes>>;
}

/** Batches go one after the other: the request rate is the limit, not the waiting. */
export function createBatchReader(ses: SESClient, pacer: Pacer): BatchReader {
  return {
    async notification(names) {
      const views = new Map<string, IdentityNotificationAttributes>();
      for (let from = 0; from < names.length; from += BATCH_SIZE) {
        const Identities = names.slice(from, from + BATCH_SIZE);
        const send = (abortSignal: AbortSignal) =>
          ses.send(new GetIdentityNotificationAttributesCommand({ Identities }), { abortSignal });
        const answer = await pacer.run('ses:GetIdentityNotificationAttributes', send);
        for (const [name, view] of Object.entries(answer.NotificationAttributes ?? {})) views.set(name, view);
      }
      return views;
    },
  };
}
