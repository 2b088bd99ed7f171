import { partition } from '@aws-sdk/core/client';
import type { AwsCredentialIdentity } from '@smithy/types';

/** What is used of AWS by plain JSON over POST. */
export type ServiceName = 'DynamoDb' | 'Ssm' | 'Logs' | 'Events';

/** Where a service is, and as whom and for where its requests are signed. */
export interface Service {
  readonly url: URL;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}

const HOSTS: Readonly<Record<ServiceName, string>> = {
  DynamoDb: 'dynamodb',
  Ssm: 'ssm',
  Logs: 'logs',
  Events: 'events',
};
const ENDPOINTS: Readonly<Record<ServiceName, string>> = {
  DynamoDb: 'AWS_ENDPOINT_URL_DYNAMODB',
  Ssm: 'AWS_ENDPOINT_URL_SSM',
  Logs: 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
  Events: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
};

/**
 * The service as a Lambda's environment has it: region, credentials, and where somebody set them
 * an endpoint of its own, FIPS, or addresses of both IP versions.
 *
 * @throws {Error} where the region or the credentials are missing
 */
export function serviceIn(env: NodeJS.ProcessEnv, name: ServiceName): Service {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!region) throw new Error('AWS_REGION is not set');
  if (!accessKeyId || !secretAccessKey) throw new Error('AWS_ACCESS_KEY_ID is not set');
  const { AWS_SESSION_TOKEN: sessionToken } = env;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const own = env[ENDPOINTS[name]] || env.AWS_ENDPOINT_URL;
  const url = own ? new URL(own) : new URL(`https://${hostOf(env, HOSTS[name], region)}`);
  return { url, region, credentials: async () => credentials };
}

/** AWS General Reference, "Service endpoints": regions of China and others end differently. */
function hostOf(env: NodeJS.ProcessEnv, service: string, region: string): string {
  const fips = env.AWS_USE_FIPS_ENDPOINT === 'true';
  const dual = env.AWS_USE_DUALSTACK_ENDPOINT === 'true';
  const { name, dnsSuffix, dualStackDnsSuffix } = partition(region);
  // In GovCloud the plain address is FIPS.
  const infix = fips && (dual || name !== 'aws-us-gov') ? '-fips' : '';
  return `${service}${infix}.${region}.${dual ? dualStackDnsSuffix : dnsSuffix}`;
}
