import type { Log } from '../answer/log.ts';
import { PendingRequest } from '../answer/pending-request.ts';
import type { Peer } from '../decide/model.ts';
import { sdkReader } from '../store/sdk-reader.ts';
import type { Table } from '../store/table.ts';
import { tableBackground } from './background.ts';
import { createExplainer, type Explanation } from './explain.ts';
import { forecast } from './forecast.ts';
import { forwardedAt } from './forwarded.ts';
import { readerAt } from './past.ts';

/** What is explained to who has a token instead of a peer's key. */
export function explainServices(table: Table, log: Log) {
  const reader = sdkReader(table.client, table.name);
  const explain = createExplainer({
    reader,
    readerAt: (at, versions) => readerAt(reader, table, at, versions),
    background: tableBackground(table),
    now: table.now,
    log,
  });
  return {
    explain: (body: unknown, peer: Peer): Promise<Explanation> =>
      explain(new PendingRequest(body, { peer: { ...peer, explain: true } })),
    forecast,
    forwarded: forwardedAt,
  };
}
