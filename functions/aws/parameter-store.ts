import { JsonApi, type PostOptions } from './json-api.ts';
import { serviceIn } from './service.ts';

/** Gives the value of a parameter, decrypted; undefined where there is none of that name. */
export type ReadParameter = (name: string, options?: PostOptions) => Promise<string | undefined>;

/** Systems Manager's Parameter Store as a Lambda's environment has it. Nothing is retried. */
export function parameterStoreIn(env: NodeJS.ProcessEnv): ReadParameter {
  const ssm = new JsonApi('Ssm', async () => serviceIn(env, 'Ssm'));
  return async (name, options) => {
    const body = JSON.stringify({ Name: name, WithDecryption: true });
    try {
      const answer = await ssm.post('GetParameter', body, options);
      return (answer as { Parameter?: { Value?: string } }).Parameter?.Value;
    } catch (error) {
      if ((error as Error).name === 'ParameterNotFound') return undefined;
      throw error;
    }
  };
}
