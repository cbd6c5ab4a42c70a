/** Every service of the gateway, and which of them a signed request is meant for. */
import type { Service } from '../service.ts';
import { account } from './account.ts';
import { cloudwatch } from './cloudwatch.ts';
import { dynamodb } from './dynamodb.ts';
import { firehose } from './firehose.ts';
import { lambda } from './lambda.ts';
import { organizations } from './organizations.ts';
import { route53 } from './route53.ts';
import { s3 } from './s3.ts';
import { ses } from './ses.ts';
import { sesv2 } from './sesv2.ts';
import { sns } from './sns.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

const SERVICES: Service[] = [
  organizations,
  sts,
  account,
  ssm,
  sesv2,
  ses,
  sns,
  firehose,
  cloudwatch,
  route53,
  s3,
  lambda,
  dynamodb,
];

/**
 * The service behind a signing name. Both SES APIs sign as `ses`; the path tells them apart.
 * @returns undefined where the sandbox has no such service
 */
export function serviceFor(signingName: string, rawPath: string): Service | undefined {
  const candidates = SERVICES.filter((service) => service.signingName === signingName);
  if (candidates.length <= 1) return candidates[0];
  return rawPath.startsWith('/v2/') ? sesv2 : ses;
}

export const SERVICE_NAMES: string[] = SERVICES.map(({ name }) => name);
