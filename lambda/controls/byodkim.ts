/** What to do about a key that the identity brings itself (BYODKIM): SES never rotates it. */
import { awsCommand } from './fixes.ts';
import type { IdentityFacts } from '../facts/types.ts';
import type { Fix } from './types.ts';

/**
 * A new key under a new selector, so that what was signed with the old one still verifies. The private key goes into a
 * file, never onto a command line.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-bring-your-own.html
 */
export function newKeyFix({ accountId, region, ses }: IdentityFacts, selector: string): Fix {
  const name = `<new selector>._domainkey.${ses.domain}`;
  const command = awsCommand(
    { accountId, region },
    'sesv2',
    'put-email-identity-dkim-signing-attributes',
    '--email-identity',
    ses.name,
    '--signing-attributes-origin',
    'EXTERNAL',
    '--signing-attributes',
    'file://signing-attributes.json',
  );
  return {
    text:
      `Make an RSA key of 2048 bits, publish at ${name} the TXT v=DKIM1; k=rsa; p=<base64 of the public key>, ` +
      'write {"DomainSigningSelector": "<new selector>", "DomainSigningPrivateKey": "<base64 of the private key>"} into ' +
      `signing-attributes.json, and when the TXT is seen everywhere run the command with credentials of account ${accountId}. ` +
      `Keep the TXT of the selector ${selector} for another week. Or move to Easy DKIM, whose keys AWS rotates.`,
    command,
    account: accountId,
  };
}
