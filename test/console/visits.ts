import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openWorld, type Visit, type Visitor, type World, type WorldOptions } from './world.ts';

/** A page may take its time. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

/** What the tests of a file go through. */
export interface Visits {
  readonly world: World;
  /** Signs somebody in. At the end of a test they are gone, and may have done nothing wrong. */
  visit(person: string, options?: Visit): Promise<Visitor>;
}

/** One start and one browser for the tests of a `describe`, and a page of its own for every visitor. */
export function useWorld(documents: readonly string[], options: WorldOptions = {}): Visits {
  let world: World | undefined;
  const visitors: Visitor[] = [];
  beforeAll(async () => {
    world = await openWorld(documents, options);
  });
  afterAll(() => world?.stop());
  afterEach(async () => {
    const gone = visitors.splice(0);
    for (const { context } of gone) await context.close();
    expect(gone.flatMap(({ wrong }) => wrong)).toEqual([]);
  });
  const opened = (): World => {
    if (!world) throw new Error('there is no world before the tests');
    return world;
  };
  return {
    get world() {
      return opened();
    },
    async visit(person, how) {
      const visitor = await opened().visit(person, how);
      visitors.push(visitor);
      return visitor;
    },
  };
}
