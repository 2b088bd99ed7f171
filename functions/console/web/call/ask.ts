import type { End, Explained, Hop } from '../../../explain/follow.ts';
import { answered, api } from '../api.ts';
import type { Who } from '../phone/settings.ts';
import type { requestFor } from './question.ts';

/** A call as it was explained: its first decision, and where it goes on to. */
export interface Told {
  readonly hops: readonly Hop[];
  readonly ends: End | undefined;
}

export async function explain({ domain }: Who, body: ReturnType<typeof requestFor>): Promise<Told> {
  const { value } = await answered(
    api.POST('/domains/{domain}/explain', {
      params: { path: { domain } },
      // The document says of an outcome only that it is an object.
      body: body as Omit<typeof body, 'outcome'>,
    }),
  );
  const { journey, ends, ...first } = value as unknown as Explained & {
    readonly journey?: readonly Hop[];
    readonly ends?: End;
  };
  return { hops: journey ?? [{ requestUri: body.requestUri, ...first }], ends };
}
