/** What to do about an identity that one Region of a multi-Region endpoint lacks or holds otherwise (ACCT-13). */
import type { RegionComparison, RegionGap } from '../facts/types.ts';
import { commandFix, putMailFrom } from './fixes.ts';
import type { Fix } from './types.ts';

/**
 * The command for the first gap, in the Region that has to be mended. DKIM is replicated by DEED where the other Region
 * signs with a key of SES's own; it carries neither MAIL FROM nor anything else.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/global-endpoints.html
 */
export function regionGapFix(accountId: string, comparison: RegionComparison, gap: RegionGap): Fix {
  const { text, words } = firstStep(gap, comparison.origin);
  const rest = comparison.gapCount > 1 ? ` The command is for the first of ${comparison.gapCount} gaps.` : '';
  return commandFix(
    { accountId, region: gap.region },
    `${text} Policies, configuration set and notifications are set up by hand in each Region, too.${rest}`,
    words,
  );
}

interface Step {
  text: string;
  words: string[];
}

function firstStep(gap: RegionGap, origin: string | undefined): Step {
  const { identity, type, region } = gap;
  switch (gap.differs) {
    case 'MISSING':
      return type === 'DOMAIN' ? createDomain(gap, origin) : createAddress(gap);
    case 'UNVERIFIED':
      if (type === 'DOMAIN') return replicateDkim(gap, origin);
      return {
        text: `Send the verification link to ${identity} again from ${region} and have it followed within 24 hours.`,
        words: ['ses', 'verify-email-identity', '--email-address', identity],
      };
    case 'DKIM':
      if (gap.found.status !== 'SUCCESS' && gap.wanted.status === 'SUCCESS')
        return replicateDkim(gap, origin);
      return {
        text: `Switch DKIM signing of ${identity} on in ${region}.`,
        words: [
          'sesv2',
          'put-email-identity-dkim-attributes',
          '--email-identity',
          identity,
          '--signing-enabled',
        ],
      };
    case 'MAIL_FROM':
      return setMailFrom(gap);
  }
}

function createAddress({ identity, region }: RegionGap): Step {
  return {
    text: `Create ${identity} in ${region}, or its domain, and have the link that SES sends followed within 24 hours.`,
    words: ['sesv2', 'create-email-identity', '--email-identity', identity],
  };
}

function createDomain(gap: RegionGap, origin: string | undefined): Step {
  const { identity, region, other } = gap;
  const create = ['sesv2', 'create-email-identity', '--email-identity', identity];
  const replica = replicaOrigin(gap, origin);
  if (replica !== undefined) {
    return {
      text: `Create ${identity} in ${region} as a DEED replica (it shares the DKIM records and needs no new ones), then set its MAIL FROM.`,
      words: [...create, '--dkim-signing-attributes', `DomainSigningAttributesOrigin=${replica}`],
    };
  }
  const key =
    origin === 'EXTERNAL'
      ? `and give it the selector and private key of ${other} (BYODKIM has no replicas)`
      : 'and publish the DKIM records that SES prints (a DEED replica needs none)';
  return { text: `Create ${identity} in ${region}, ${key}, then set its MAIL FROM.`, words: create };
}

function replicateDkim(gap: RegionGap, origin: string | undefined): Step {
  const { identity, region } = gap;
  const replica = replicaOrigin(gap, origin);
  if (replica === undefined) {
    return {
      text: `Mend DKIM of ${identity} in ${region}: DKIM-02 says there what is wrong with its records.`,
      words: ['sesv2', 'get-email-identity', '--email-identity', identity],
    };
  }
  return {
    text: `Make ${identity} in ${region} a DEED replica, which shares the DKIM records that SES has verified in ${gap.other}; or mend its own (DKIM-02 says how).`,
    words: [
      'sesv2',
      'put-email-identity-dkim-signing-attributes',
      '--email-identity',
      identity,
      '--signing-attributes-origin',
      replica,
    ],
  };
}

/** Whom a replica in `gap.region` can follow: the Region that holds the key. None for BYODKIM, or where nobody knows. */
function replicaOrigin({ region, other }: RegionGap, origin: string | undefined): string | undefined {
  const own = originOf(region);
  if (origin === 'AWS_SES') return originOf(other);
  return origin?.startsWith('AWS_SES_') && origin !== own ? origin : undefined;
}

/** `AWS_SES_EU_WEST_1` */
function originOf(region: string): string {
  return `AWS_SES_${region.replaceAll('-', '_').toUpperCase()}`;
}

function setMailFrom(gap: Extract<RegionGap, { differs: 'MAIL_FROM' }>): Step {
  const { identity, region, wanted } = gap;
  const domain = wanted.domain ?? '';
  const later =
    wanted.behaviorOnMxFailure === 'REJECT_MESSAGE'
      ? ' When SES has verified it, refuse mail without it as in the other Region (REJECT_MESSAGE).'
      : '';
  return {
    // Until SES has seen the MX, mail must not be refused.
    text: `Set the MAIL FROM domain ${domain} for ${identity} in ${region}; its one MX serves both Regions.${later}`,
    words: putMailFrom(identity, domain, 'USE_DEFAULT_VALUE'),
  };
}
