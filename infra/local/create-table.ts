import { readFile } from 'node:fs/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type StreamSpecification,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

/** The deployed definition of the table. */
const DEFINITION = new URL('../resources/table.yml', import.meta.url);

interface Definition {
  readonly Resources: {
    readonly Table: {
      readonly Properties: Required<
        Pick<CreateTableCommandInput, 'BillingMode' | 'AttributeDefinitions' | 'KeySchema'>
      > & {
        readonly TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
        readonly StreamSpecification: Pick<StreamSpecification, 'StreamViewType'>;
      };
    };
  };
}

/** Tags (`!Ref`) and variables of the deployment are of no interest here: what has them is not read. */
const readDefinition = async (): Promise<Definition> =>
  parse(await readFile(DEFINITION, 'utf8'), { logLevel: 'silent' });

/** Makes the table as it is deployed, unless it is there; its stream is opened by who reads it. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const { BillingMode, AttributeDefinitions, KeySchema, TimeToLiveSpecification } = (
    await readDefinition()
  ).Resources.Table.Properties;
  try {
    await client.send(
      new CreateTableCommand({ TableName: name, BillingMode, AttributeDefinitions, KeySchema }),
    );
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw error;
  }
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

/** Gives the table the stream that it is deployed with, unless it has one. */
export async function openStream(client: DynamoDBClient, name: string): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (Table?.LatestStreamArn !== undefined) return;
  const { StreamSpecification } = (await readDefinition()).Resources.Table.Properties;
  await client.send(
    new UpdateTableCommand({
      TableName: name,
      StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
    }),
  );
}
