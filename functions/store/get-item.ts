import type { JsonApi } from '../aws/json-api.ts';
import type { Key } from './keys.ts';

/** An item in DynamoDB's JSON, not looked at: `{"pk": {"S": "…"}}`. */
export type RawItem = Readonly<Record<string, { readonly S?: unknown } | undefined>>;

/** How one item is read. */
export interface ReadOptions {
  readonly consistent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Over a new connection: a read that is sent again. */
  readonly fresh?: boolean | undefined;
  /** Whether only the key is wanted: is there such an item? */
  readonly keyOnly?: boolean | undefined;
}
export type GetItem = (key: Key, options: ReadOptions) => Promise<RawItem | undefined>;

/** GetItem of one table. Rejects as `JsonApi` does; it is never retried here. */
export function createGetItem(dynamoDb: JsonApi, table: string): GetItem {
  const start = `{"TableName":${JSON.stringify(table)},"Key":{"pk":{"S":`;
  return async ({ pk, sk }, { consistent = false, keyOnly, ...options }) => {
    const key = `${JSON.stringify(pk)}},"sk":{"S":${JSON.stringify(sk)}}}`;
    const only = keyOnly ? ',"ProjectionExpression":"pk"' : '';
    const body = `${start}${key},"ConsistentRead":${consistent}${only}}`;
    return ((await dynamoDb.post('GetItem', body, options)) as { Item?: RawItem }).Item;
  };
}
