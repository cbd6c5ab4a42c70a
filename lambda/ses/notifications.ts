/** Notification settings, which API v1 alone tells, of whole stretches of a target's listing at once. */
import type { IdentityNotificationAttributes } from '@aws-sdk/client-ses';
import type { NotificationFacts, Permitted } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { BATCH_SIZE, type BatchReader } from './batch.ts';
import { UnexpectedAnswer } from './identity.ts';
import { observe } from './observe.ts';

/**
 * Notifications of any listed identity. The first that asks for a name has its whole stretch of 100 read, so a target
 * costs n/100 calls, in whatever order its identities and their parents are asked for.
 *
 * @param names every identity of the target, sorted as they are judged
 * @param permitted by the settings; where not, nothing is called
 */
export function createNotificationReader(
  batch: Pick<BatchReader, 'notification'>,
  names: readonly string[],
  permitted: boolean,
): (name: string) => Promise<Permitted<NotificationFacts>> {
  const positions = new Map(names.map((name, index) => [name, index]));
  const stretches = new Map<number, Promise<Permitted<Map<string, IdentityNotificationAttributes>>>>();
  const stretchOf = (name: string): Promise<Permitted<Map<string, IdentityNotificationAttributes>>> => {
    const start = Math.floor((positions.get(name) ?? 0) / BATCH_SIZE) * BATCH_SIZE;
    const known =
      stretches.get(start) ?? observe(() => batch.notification(names.slice(start, start + BATCH_SIZE)));
    stretches.set(start, known);
    return known;
  };
  return async (name) => {
    if (!permitted) return { kind: 'off' };
    const read = await stretchOf(name);
    if (read.kind !== 'seen') return read;
    return observe(() => Promise.resolve(toNotificationFacts(name, read.value.get(name))));
  };
}

/** @throws UnexpectedAnswer where SES left the identity out (deleted since) or does not say whether it forwards */
export function toNotificationFacts(
  name: string,
  attributes: IdentityNotificationAttributes | undefined,
): NotificationFacts {
  if (attributes?.ForwardingEnabled === undefined) {
    throw new UnexpectedAnswer(
      `GetIdentityNotificationAttributes told nothing of ${plainText(name, 320)}, so its notifications are not known.`,
    );
  }
  const { BounceTopic, ComplaintTopic, DeliveryTopic, ForwardingEnabled } = attributes;
  return {
    ...topic('bounceTopic', BounceTopic),
    ...topic('complaintTopic', ComplaintTopic),
    ...topic('deliveryTopic', DeliveryTopic),
    forwarding: ForwardingEnabled,
  };
}

/** An ARN of SNS has 300 characters at most: `arn:aws-us-gov:sns:<Region>:<account>:` and a name of 256. */
function topic<Key extends string>(key: Key, arn: string | undefined): { [key in Key]?: string } {
  return arn ? ({ [key]: plainText(arn, 320) } as { [key in Key]: string }) : {};
}
