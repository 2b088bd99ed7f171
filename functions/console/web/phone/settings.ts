import { type Answered, answered, api, type PhoneSettings } from '../api.ts';

export type Feature = 'always' | 'busy' | 'no-answer' | 'unreachable';
export const FEATURES: readonly Feature[] = ['always', 'busy', 'no-answer', 'unreachable'];

/** Where calls go, and whether they go there now; the API sends it in full. */
export interface Setting {
  readonly to: string;
  readonly active: boolean;
  readonly until?: string;
  readonly after?: number;
}

export const settingOf = (settings: PhoneSettings, feature: Feature): Setting | undefined => {
  const setting = settings[feature];
  return typeof setting === 'string'
    ? { to: setting, active: true }
    : (setting as Setting | undefined);
};

export interface Who {
  readonly domain: string;
  readonly user: string;
}

const pathOf = ({ domain, user }: Who) => ({ path: { domain, user } });

export const getPhone = (who: Who): Promise<Answered<PhoneSettings>> =>
  answered(api.GET('/domains/{domain}/subscribers/{user}/phone', { params: pathOf(who) }));

/** Members to replace; null forgets one (RFC 7396). */
export interface PhonePatch
  extends Partial<
    Record<Feature, null | { to?: string; active: boolean; until?: string | null; after?: number }>
  > {
  readonly dnd?: { readonly active: boolean; readonly until: string | null };
}

/**
 * Changes what was read at `etag`. Sending it again is safe: what changes nothing makes no version.
 *
 * @throws {Refusal} 412 where somebody else has changed it meanwhile
 */
export const patchPhone = (
  who: Who,
  etag: string,
  patch: PhonePatch,
): Promise<Answered<PhoneSettings>> =>
  answered(
    api.PATCH('/domains/{domain}/subscribers/{user}/phone', {
      params: { ...pathOf(who), header: { 'If-Match': etag } },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: patch as unknown as Record<string, never>,
    }),
  );

/** Puts back all that there was. */
export const putPhone = (
  who: Who,
  etag: string,
  settings: PhoneSettings,
): Promise<Answered<PhoneSettings>> =>
  answered(
    api.PUT('/domains/{domain}/subscribers/{user}/phone', {
      params: { ...pathOf(who), header: { 'If-Match': etag } },
      body: settings,
    }),
  );
