/** AWS's wire protocols: how each finds the operation in a request, dresses an answer and shapes an error. */
import { type AwsError, CommonFailure, type FailureCodes } from './errors.ts';
import { decodePart, type HttpReply, type HttpRequest } from './http.ts';
import { createInput, formMembers, type Input, jsonMembers } from './input.ts';
import { element, type XmlContent, xmlDocument } from './xml.ts';

/** Members of an operation's output; absent ones are absent on the wire. */
export type Output = { [member: string]: unknown };

export interface Resolved {
  operation: string;
  input: Input;
}

export interface Protocol {
  codes: FailureCodes;
  /** The operation's name, also where it is not offered; undefined where the request names none. */
  operationOf(request: HttpRequest): string | undefined;
  /** @throws CommonFailure `malformed` or `unknownOperation` */
  inputOf(request: HttpRequest): Input;
  reply(operation: string, output: Output, requestId: string): HttpReply;
  error(error: AwsError, requestId: string): HttpReply;
}

function codes(status: number, names: Partial<FailureCodes> = {}): FailureCodes {
  const at = (code: string, own = status): { code: string; status: number } => ({ code, status: own });
  return {
    missingAuthentication: at('MissingAuthenticationTokenException'),
    incompleteSignature: at('IncompleteSignatureException'),
    unknownKey: at('UnrecognizedClientException'),
    badSignature: at('InvalidSignatureException'),
    expiredToken: at('ExpiredTokenException'),
    denied: at('AccessDeniedException'),
    malformed: at('SerializationException', 400),
    invalid: at('ValidationException', 400),
    unknownOperation: at('UnknownOperationException', status === 400 ? 400 : 404),
    tooLarge: at('RequestEntityTooLargeException', 413),
    throttled: at('ThrottlingException', status === 400 ? 400 : 429),
    internal: at('InternalFailure', 500),
    ...names,
  };
}

/**
 * JSON 1.0 and 1.1: `X-Amz-Target: <prefix>.<Operation>`, members in the body, `__type` in an error.
 * @param prefix the only one that names an operation; absent: any
 */
export function jsonProtocol(
  version: '1.0' | '1.1',
  names: Partial<FailureCodes> = {},
  prefix?: string,
): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  const dress = (status: number, content: unknown, requestId: string): HttpReply => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(content),
  });
  return {
    codes: codes(400, names),
    operationOf({ headers }) {
      const [service, operation] = headers['x-amz-target']?.split('.') ?? [];
      return prefix === undefined || service === prefix ? operation : headers['x-amz-target'];
    },
    inputOf: ({ body }) => createInput(jsonMembers(body), false),
    reply: (_operation, output, requestId) => dress(200, output, requestId),
    error: ({ code, message, status, details }, requestId) =>
      dress(status, { __type: code, message, ...details }, requestId),
  };
}

/** One line of a REST service's routing table: `{Name}` stands for one path segment. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  operation: string;
}

/** REST-JSON: the operation by method and path; path, query and body together make the input. */
export function restJsonProtocol(routes: Route[], names: Partial<FailureCodes> = {}): Protocol {
  return {
    codes: codes(403, names),
    operationOf: (request) => operationByPath(routes, request),
    inputOf(request) {
      const query = Object.fromEntries(new URLSearchParams(request.rawQuery));
      const body = request.method === 'GET' ? {} : jsonMembers(request.body);
      const ofPath = findRoute(routes, request)?.members;
      return createInput({ ...body, ...query, ...ofPath }, request.method === 'GET');
    },
    reply: (_operation, output, requestId) => ({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
      body: JSON.stringify(output),
    }),
    error: ({ code, message, status, details }, requestId) => ({
      status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': code,
      },
      body: JSON.stringify({ message, ...details }),
    }),
  };
}

/**
 * REST-XML: the operation by method and path, members of path and query only (a body is not read), XML out.
 * @param namespace of the answers; their root is `<Operation>Response`
 */
export function restXmlProtocol(
  routes: Route[],
  namespace: string,
  names: Partial<FailureCodes> = {},
): Protocol {
  return {
    codes: codes(403, { ...QUERY_CODES, ...names }),
    operationOf: (request) => operationByPath(routes, request),
    inputOf(request) {
      const query = Object.fromEntries(new URLSearchParams(request.rawQuery));
      return createInput({ ...query, ...findRoute(routes, request)?.members }, true);
    },
    reply: (operation, output, requestId) =>
      xmlReply(200, xmlDocument(`${operation}Response`, namespace, output as XmlTree), requestId),
    error: (error, requestId) => xmlError(error, namespace, requestId),
  };
}

function findRoute(
  routes: Route[],
  request: HttpRequest,
): { route: Route; members: Record<string, string> } | undefined {
  for (const route of routes) {
    const members = route.method === request.method ? matchPath(route.path, request.rawPath) : undefined;
    if (members) return { route, members };
  }
  return undefined;
}

/** What is not in the table is named by its method and path. */
function operationByPath(routes: Route[], request: HttpRequest): string {
  return findRoute(routes, request)?.route.operation ?? `${request.method} ${request.rawPath}`;
}

/** The members that a path gives a template, or undefined where it does not match. */
export function matchPath(template: string, rawPath: string): Record<string, string> | undefined {
  const [expected, actual] = [template.split('/'), rawPath.replace(/\/$/, '').split('/')];
  if (expected.length !== actual.length) return undefined;
  const members: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const given = actual[index] ?? '';
    if (part.startsWith('{')) members[part.slice(1, -1)] = decodePart(given);
    else if (part !== given) return undefined;
  }
  return members;
}

type XmlTree = { [tag: string]: XmlContent };

const QUERY_CODES: Partial<FailureCodes> = {
  missingAuthentication: { code: 'MissingAuthenticationToken', status: 403 },
  incompleteSignature: { code: 'IncompleteSignature', status: 400 },
  unknownKey: { code: 'InvalidClientTokenId', status: 403 },
  badSignature: { code: 'SignatureDoesNotMatch', status: 403 },
  expiredToken: { code: 'ExpiredToken', status: 403 },
  denied: { code: 'AccessDenied', status: 403 },
  malformed: { code: 'MalformedInput', status: 400 },
  invalid: { code: 'ValidationError', status: 400 },
  unknownOperation: { code: 'InvalidAction', status: 400 },
  throttled: { code: 'Throttling', status: 400 },
};

/** AWS Query: `Action=` and form parameters in, XML out. */
export function queryProtocol(namespace: string, names: Partial<FailureCodes> = {}): Protocol {
  const parametersOf = ({ rawQuery, body }: HttpRequest): URLSearchParams =>
    new URLSearchParams(body.length > 0 ? body.toString('utf8') : rawQuery);
  return {
    codes: codes(403, { ...QUERY_CODES, ...names }),
    operationOf: (request) => parametersOf(request).get('Action') ?? undefined,
    inputOf: (request) => createInput(formMembers(parametersOf(request)), true),
    reply: (operation, output, requestId) =>
      xmlReply(
        200,
        xmlDocument(`${operation}Response`, namespace, {
          [`${operation}Result`]: output as XmlTree,
          ResponseMetadata: { RequestId: requestId },
        }),
        requestId,
      ),
    error: (error, requestId) => xmlError(error, namespace, requestId),
  };
}

function xmlError({ code, message, status }: AwsError, namespace: string, requestId: string): HttpReply {
  const Type = status >= 500 ? 'Receiver' : 'Sender';
  const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId };
  return xmlReply(status, xmlDocument('ErrorResponse', namespace, content), requestId);
}

function xmlReply(status: number, body: string, requestId: string): HttpReply {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** S3's REST-XML; the operation is found by the service itself. */
export function s3Protocol(operationOf: Protocol['operationOf']): Protocol {
  const forbidden = (code: string): { code: string; status: number } => ({ code, status: 403 });
  return {
    codes: codes(403, {
      missingAuthentication: forbidden('AccessDenied'),
      incompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
      unknownKey: forbidden('InvalidAccessKeyId'),
      badSignature: forbidden('SignatureDoesNotMatch'),
      expiredToken: { code: 'ExpiredToken', status: 400 },
      denied: forbidden('AccessDenied'),
      malformed: { code: 'InvalidRequest', status: 400 },
      invalid: { code: 'InvalidArgument', status: 400 },
      unknownOperation: { code: 'NotImplemented', status: 501 },
      tooLarge: { code: 'EntityTooLarge', status: 400 },
      throttled: { code: 'SlowDown', status: 503 },
      internal: { code: 'InternalError', status: 500 },
    }),
    operationOf,
    inputOf: ({ rawQuery }) => createInput(Object.fromEntries(new URLSearchParams(rawQuery)), true),
    reply: () => {
      throw new CommonFailure('internal', 'An S3 operation gave no raw reply.');
    },
    error: ({ code, message, status }, requestId) => ({
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', { Code: code, Message: message, RequestId: requestId })}`,
    }),
  };
}
