/** Who sent a request: its key found, its signature verified, its body decoded. */
import type { World, WorldAccount } from '../organization/types.ts';
import { CommonFailure, MESSAGE } from './errors.ts';
import type { HttpRequest } from './http.ts';
import { objectBody, payloadHashOf } from './payload.ts';
import type { Principal, Principals } from './principals.ts';
import { checkFreshness, type SignatureHeader, signatureMatches } from './signature.ts';

export interface Authenticated {
  principal: Principal;
  /** The principal's account. */
  account: WorldAccount;
  /** As given, the body freed of S3's transfer encodings. */
  request: HttpRequest;
}

/** @throws CommonFailure `unknownKey`, `expiredToken`, `badSignature`; AwsError where an S3 body contradicts its headers */
export function authenticate(
  given: HttpRequest,
  signature: SignatureHeader,
  { world, strict, principals }: { world: World; strict: boolean; principals: Principals },
): Authenticated {
  const principal = strict
    ? principals.find(...keyOf(given, signature))
    : anyPrincipal(world, given, signature, principals);
  if (strict) verify(given, signature, principal);
  const account = world.accounts.find(({ id }) => id === principal.accountId);
  if (!account) throw new CommonFailure('unknownKey', MESSAGE.unknownKey);
  const secret = strict ? principal.secretAccessKey : undefined;
  const request =
    signature.service === 's3' ? { ...given, body: objectBody(given, signature, secret) } : given;
  return { principal, account, request };
}

function keyOf({ headers }: HttpRequest, { accessKeyId }: SignatureHeader): [string, string | undefined] {
  return [accessKeyId, headers['x-amz-security-token']];
}

function verify(request: HttpRequest, signature: SignatureHeader, principal: Principal): void {
  checkFreshness(signature, Date.now());
  if (signature.service === 's3') refuseUnsignedHeaders(request, signature);
  const payloadHash = payloadHashOf(request, signature.service);
  if (!signatureMatches(request, signature, principal.secretAccessKey, payloadHash)) {
    throw new CommonFailure('badSignature', MESSAGE.badSignature);
  }
}

/** S3 reads meaning into `x-amz-` headers, so each must be covered. */
function refuseUnsignedHeaders({ headers }: HttpRequest, { signedHeaders }: SignatureHeader): void {
  const unsigned = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (unsigned === undefined) return;
  throw new CommonFailure(
    'denied',
    `There were headers present in the request which were not signed: ${unsigned}`,
  );
}

/** Where signatures are not verified: the known principal, else an administrator of the management account. */
function anyPrincipal(
  world: World,
  given: HttpRequest,
  signature: SignatureHeader,
  principals: Principals,
): Principal {
  try {
    return principals.find(...keyOf(given, signature));
  } catch (error) {
    if (!(error instanceof CommonFailure && error.kind === 'unknownKey')) throw error;
    const accountId = world.organization.managementAccountId;
    const arn = `arn:aws:iam::${accountId}:root`;
    return { accountId, arn, userId: accountId, secretAccessKey: '' };
  }
}
