import { AwsClient } from 'aws4fetch';

/** For one read. */
const READ_MS = 1_000;

/**
 * The value of a parameter of Systems Manager's Parameter Store, decrypted; undefined where there
 * is none. The SDK's client for this one call would double the bundle.
 *
 * @throws where it can't be read in a second
 */
export async function readParameter(name: string): Promise<string | undefined> {
  const { env } = process;
  const client = new AwsClient({
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    service: 'ssm',
    region: env.AWS_REGION ?? '',
    retries: 0,
  });
  const endpoint = env.AWS_ENDPOINT_URL_SSM ?? `https://ssm.${env.AWS_REGION}.amazonaws.com/`;
  const response = await client.fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: name, WithDecryption: true }),
    signal: AbortSignal.timeout(READ_MS),
  });
  const answer = (await response.json()) as { __type?: string; Parameter?: { Value: string } };
  if (response.ok) return answer.Parameter?.Value;
  if (answer.__type?.endsWith('ParameterNotFound')) return undefined;
  throw new Error(`Parameter Store answered ${response.status} ${answer.__type ?? ''}`);
}
