/** The caller's own AWS credentials: found, tried once, and handed to the SDK clients of this process. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

export interface CallerOptions {
  profile?: string;
  region?: string;
}

/**
 * Sets profile and Region for this process, and proves the credentials before anything else is done.
 * @throws Error with one sentence: none found, expired, or refused.
 */
export async function useCallerCredentials(
  options: CallerOptions,
): Promise<{ accountId: string; arn: string }> {
  if (options.profile) process.env['AWS_PROFILE'] = options.profile;
  const region =
    options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  process.env['AWS_REGION'] = region;
  process.env['AWS_DEFAULT_REGION'] = region;
  const credentials = fromNodeProviderChain(options.profile ? { profile: options.profile } : {});
  await resolve(credentials, options);
  const sts = new STSClient({
    region,
    credentials,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
  });
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account ?? '', arn: Arn ?? '' };
  } catch (error) {
    throw new Error(explainRefusal(error as Error, region), { cause: error });
  } finally {
    sts.destroy();
  }
}

async function resolve(credentials: () => Promise<unknown>, options: CallerOptions): Promise<void> {
  try {
    await credentials();
  } catch (error) {
    const where = options.profile
      ? `for the profile "${options.profile}"`
      : 'in the environment, the AWS configuration or the instance';
    throw new Error(
      `No usable AWS credentials were found ${where} (${(error as Error).message}). Sign in (\`aws sso login\`), name a profile with --profile, or try --sandbox.`,
      { cause: error },
    );
  }
}

function explainRefusal(error: Error, region: string): string {
  if (/Expired/.test(error.name)) {
    return 'Your AWS credentials have expired. Sign in again (`aws sso login`), then repeat the scan; stored findings are untouched.';
  }
  if (/InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature/.test(error.name)) {
    return `AWS does not accept your credentials (${error.name}). Check them with \`aws sts get-caller-identity\`.`;
  }
  return `AWS STS in ${region} could not be asked who you are (${error.name}: ${error.message}). Check the network, and --region.`;
}
