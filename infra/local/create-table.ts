import { readFile } from 'node:fs/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
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
      > & { readonly TimeToLiveSpecification: { AttributeName: string; Enabled: boolean } };
    };
  };
}

/** Makes the table as it is deployed, unless it is there. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  // Tags (`!Ref`) and variables of the deployment are of no interest here: what has them is not read.
  const definition: Definition = parse(await readFile(DEFINITION, 'utf8'), { logLevel: 'silent' });
  const { BillingMode, AttributeDefinitions, KeySchema, TimeToLiveSpecification } =
    definition.Resources.Table.Properties;
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
