import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Subscriber } from '../decide/model.ts';
import { type Directory, type Listed, listedOf } from '../rules/directory.ts';
import { routeKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';

/** How many names are looked up at a time. */
const AT_ONCE = 25;

/** The names of a domain as the table has them, each read once, consistently, when first asked for. */
export class Names {
  readonly #table: Table;
  readonly #domain: string;
  readonly #found = new Map<string, Promise<Subscriber | undefined>>();

  constructor(table: Table, domain: string) {
    this.#table = table;
    this.#domain = domain;
  }

  /** The subscriber who has this key, as name or as alias. */
  find(key: string): Promise<Subscriber | undefined> {
    let found = this.#found.get(key);
    if (found === undefined) {
      found = this.#read(key);
      this.#found.set(key, found);
    }
    return found;
  }

  /**
   * Compiles something that refers to subscribers by name, without reading the whole domain:
   * `compile` runs once to learn whom it asks for, and again when those were read.
   *
   * @param changes keys that are about to be somebody's, or nobody's
   */
  async resolve<T>(
    compile: (directory: Directory) => T,
    changes: ReadonlyMap<string, Listed | undefined> = new Map(),
  ): Promise<T> {
    const known = new Map(changes);
    for (;;) {
      const asked = new Set<string>();
      const result = compile({
        find: (key) => {
          if (!known.has(key)) asked.add(key);
          return known.get(key);
        },
        keys: () => [...known].flatMap(([key, listed]) => (listed ? [key] : [])),
      });
      if (asked.size === 0) return result;
      const keys = [...asked];
      for (let i = 0; i < keys.length; i += AT_ONCE) {
        await Promise.all(
          keys.slice(i, i + AT_ONCE).map(async (key) => {
            const subscriber = await this.find(key);
            // Who is about to change their names has none of their former ones.
            const former = subscriber && changes.has(subscriber.user);
            known.set(key, former ? undefined : subscriber && this.listed(subscriber));
          }),
        );
      }
    }
  }

  /** Everybody who was found, as they were. */
  async read(): Promise<Subscriber[]> {
    const found = await Promise.all(this.#found.values());
    return found.filter((subscriber) => subscriber !== undefined);
  }

  /** A subscriber as others refer to them. */
  listed(subscriber: Pick<Subscriber, 'user' | 'spelled' | 'aliases'>): Listed {
    return listedOf(subscriber, this.#domain);
  }

  async #read(key: string): Promise<Subscriber | undefined> {
    const { pk, sk } = routeKey(this.#domain, key);
    // DynamoDB takes partition keys of at most 2048 bytes: no name is longer.
    if (Buffer.byteLength(pk) > 2048) return undefined;
    const { Item } = await this.#table.client.send(
      new GetItemCommand({
        TableName: this.#table.name,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConsistentRead: true,
      }),
    );
    return Item?.json?.S === undefined ? undefined : JSON.parse(Item.json.S);
  }
}
