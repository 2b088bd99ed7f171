/** Before the first SIP test: what is needed is installed, or it is said why they cannot run. */
import type { TestProject } from 'vitest/node';
import { type Lacking, prepare } from './packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly lacking: Lacking;
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  const lacking = await prepare();
  for (const reason of Object.values(lacking)) console.warn(`not run: ${reason}\n`);
  project.provide('lacking', lacking);
}
