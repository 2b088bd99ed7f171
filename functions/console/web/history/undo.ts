import { answered, api, type Me, type PhoneSettings } from '../api.ts';
import { putPhone, type Who } from '../phone/settings.ts';

/**
 * Puts a person back as they were at a version: for an operator all of them, for a help desk their
 * phone settings. What was read at `etag` is changed, and nothing else.
 */
export async function undo(
  who: Who,
  role: Me['role'],
  etag: string,
  before: { readonly version: number; readonly phone?: PhoneSettings },
): Promise<void> {
  if (role !== 'admin') {
    await putPhone(who, etag, before.phone ?? {});
    return;
  }
  await answered(
    api.POST('/domains/{domain}/subscribers/{user}/revert', {
      params: {
        path: { domain: who.domain, user: who.user },
        query: { force: true },
        header: { 'If-Match': etag },
      },
      body: { version: before.version },
    }),
  );
}
