import type { End, Explained, Hop } from '../../../explain/follow.ts';
import { answered, api, type Schemas } from '../api.ts';
import type { Who } from '../phone/settings.ts';
import type { Asked } from './question.ts';

/** A call as it was explained: its first decision, and where it goes on to. */
export interface Told {
  readonly hops: readonly Hop[];
  readonly ends: End | undefined;
  /** Of a found call: a fact mattered that is masked or was not logged. */
  readonly approximate: boolean;
}

export async function explain({ domain }: Who, body: Asked): Promise<Told> {
  const { value } = await answered(
    api.POST('/domains/{domain}/explain', {
      params: { path: { domain } },
      // The document says of an outcome and of headers only that they are objects.
      body: body as unknown as Schemas['ExplainRequest'],
    }),
  );
  const {
    journey,
    ends,
    approximate = false,
    ...first
  } = value as unknown as Explained & {
    readonly journey?: readonly Hop[];
    readonly ends?: End;
    readonly approximate?: true;
  };
  return { hops: journey ?? [{ requestUri: body.requestUri, ...first }], ends, approximate };
}
