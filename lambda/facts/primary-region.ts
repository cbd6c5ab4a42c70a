/** DEED, Deterministic Easy DKIM: an identity that signs with the key of the same identity in another Region. */

/** `AWS_SES_US_EAST_1`; `AWS_SES` alone is an identity's own Easy DKIM. */
const REPLICA_ORIGIN = /^AWS_SES_([A-Z]{2,4}(?:_[A-Z]{2,9}){1,3}_\d)$/;

/**
 * @param origin SigningAttributesOrigin
 * @returns the Region of the identity that is followed; `undefined` for one that is no replica
 * @example primaryRegion('AWS_SES_US_EAST_1') // 'us-east-1'
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-deed.html
 */
export function primaryRegion(origin: string): string | undefined {
  return REPLICA_ORIGIN.exec(origin)?.[1]?.toLowerCase().replaceAll('_', '-');
}
