import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Failure } from './failure.ts';

/** The table of a deployed stage, and as whom AWS knows us. */
export interface Deployed {
  readonly table: string;
  readonly region: string;
  readonly account: string;
  readonly who: string;
}

/** The region of serverless.yml, where no setting names one. */
const DEFAULT_REGION = 'eu-central-1';

/**
 * Finds the table in the outputs of the stack `divert-STAGE`. Credentials and region come from
 * AWS's standard chain. Throws `Failure`, or what the SDK throws.
 */
export async function deployedTable(stage: string, wanted?: string): Promise<Deployed> {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,60}$/.test(stage)) throw new Failure(`'${stage}' is no stage name`);
  const region = await regionOf(wanted);
  const [identity, table] = await Promise.all([
    new STSClient({ region }).send(new GetCallerIdentityCommand({})),
    tableOf(`divert-${stage}`, region),
  ]);
  return {
    table,
    region,
    account: identity.Account ?? 'unknown',
    who: identity.Arn ?? 'unknown',
  };
}

async function tableOf(stack: string, region: string): Promise<string> {
  const client = new CloudFormationClient({ region });
  const { Stacks } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error: Error) => {
      if (error.name !== 'ValidationError') throw error;
      throw new Failure(`no stack ${stack} in ${region}: deploy the stage, or give its --region`);
    });
  const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'TableName');
  if (output?.OutputValue) return output.OutputValue;
  throw new Failure(`the stack ${stack} in ${region} has no table: is it the region of the rules?`);
}

async function regionOf(wanted: string | undefined): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const named = wanted || AWS_REGION || AWS_DEFAULT_REGION;
  if (named) return named;
  // The profile's, of which the SDK knows.
  return new STSClient({}).config.region().catch(() => DEFAULT_REGION);
}
