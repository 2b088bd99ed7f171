import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { emptyPolicy, plainPeer } from '../../functions/decide/call-context.ts';
import type { Peer, Policy, Rule, Subscriber } from '../../functions/decide/model.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { createTable } from '../../infra/local/create-table.ts';
import { type Database, startDatabase } from '../../infra/local/database.ts';

export const AUTHOR = { who: 'test', from: 'loopback' };

/** An embedded database of its own, in memory, with the table as it is deployed. */
export async function startTable(): Promise<Table & { database: Database }> {
  const database = await startDatabase();
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await createTable(client, 'divert-test');
  return { ...openTable(client, 'divert-test'), database };
}

/** The table, which counts what is asked of it. */
export function counting(table: Table): Table & { readonly seen: Record<string, number> } {
  const seen: Record<string, number> = {};
  const client = new Proxy(table.client, {
    get: (target, name) =>
      name === 'send'
        ? (command: object) => {
            const kind = command.constructor.name;
            seen[kind] = (seen[kind] ?? 0) + 1;
            return target.send(command as never);
          }
        : Reflect.get(target, name),
  });
  return { ...table, client, seen };
}

/** `reject` carries a mark, so that a test tells one version's rules from another's. */
export const rule = (mark = 486): Rule => ({
  name: `mark ${mark}`,
  when: ['always'],
  reject: mark,
});

export function subscriber(user: string, aliases: string[] = [], mark = 486) {
  const compiled: Omit<Subscriber, 'version' | 'phone'> = {
    user,
    aliases,
    needs: 1,
    rules: [rule(mark)],
  };
  return { source: { aliases, rules: [{ when: 'always', reject: mark }] }, compiled };
}

export function policy(domain: string, ringSeconds = 20): Omit<Policy, 'version'> {
  const { version: _, ...rules } = emptyPolicy(domain);
  return { ...rules, ringSeconds, allow: [] };
}

export const peer = (name: string, domain: string): Peer => ({
  ...plainPeer(name, [domain]),
  loopToken: true,
});
