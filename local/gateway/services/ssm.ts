/** AWS Systems Manager's public parameters (JSON 1.1): in which Regions SES is offered. */
import { AwsError, CommonFailure } from '../errors.ts';
import { jsonProtocol, type Output } from '../protocol.ts';
import { type Call, epochSeconds, type Operations, pageOf, type Service } from '../service.ts';

const SES_REGIONS_PATH = '/aws/service/global-infrastructure/services/ses/regions';

/**
 * Where `/aws/service/global-infrastructure` can be queried (Systems Manager user guide, "Calling public parameters for
 * AWS services, Regions, ..."). Elsewhere the path is empty, which is not the same as "SES is offered nowhere".
 */
const SERVED_IN = new Set(
  (
    'us-east-1 us-east-2 us-west-1 us-west-2 ap-east-1 ap-south-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ' +
    'ap-northeast-1 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1'
  ).split(' '),
);

const operations: Operations = {
  GetParametersByPath: {
    action: 'ssm:GetParametersByPath',
    resource: ({ input, region }) => parameterArn(region, input.requiredText('Path')),
    run: (call) => {
      const path = call.input.requiredText('Path').replace(/\/$/, '');
      if (!path.startsWith('/')) {
        throw new CommonFailure('invalid', 'The parameter path must begin with a slash.');
      }
      const all = parametersOf(call).filter(({ Name }) => Name.slice(0, Name.lastIndexOf('/')) === path);
      const size = call.input.integer('MaxResults', 1, 10) ?? 10;
      const badToken = (): Error => new AwsError('InvalidNextToken', 'The specified token is not valid.');
      const { items, nextToken } = pageOf(call, all, size, call.input.text('NextToken'), badToken, path);
      return { Parameters: items, NextToken: nextToken };
    },
  },
  GetParameter: {
    action: 'ssm:GetParameter',
    resource: ({ input, region }) => parameterArn(region, input.requiredText('Name')),
    run: (call) => {
      const name = call.input.requiredText('Name');
      const parameter = parametersOf(call).find(({ Name }) => Name === name);
      if (!parameter)
        throw new AwsError('ParameterNotFound', `There is no parameter ${name.slice(0, 200)} here.`);
      return { Parameter: parameter };
    },
  },
};

export const ssm: Service = {
  name: 'ssm',
  signingName: 'ssm',
  protocol: jsonProtocol('1.1'),
  operations,
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: false,
};

function parametersOf({ world, region }: Call): (Output & { Name: string })[] {
  if (!SERVED_IN.has(region)) return [];
  return world.sesRegions.map((sesRegion) => {
    const Name = `${SES_REGIONS_PATH}/${sesRegion}`;
    return {
      Name,
      Type: 'String',
      Value: sesRegion,
      Version: 1,
      LastModifiedDate: epochSeconds('2025-06-01T00:00:00Z'),
      ARN: parameterArn(region, Name),
      DataType: 'text',
    };
  });
}

/** Public parameters belong to no account. */
function parameterArn(region: string, name: string): string {
  return `arn:aws:ssm:${region}::parameter/${name.replace(/^\//, '')}`;
}
