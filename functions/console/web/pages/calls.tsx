import { useSignal } from '@preact/signals';
import { answered, api } from '../api.ts';
import { foundLink } from '../call/link.ts';
import { CallList } from '../call/list.tsx';
import { Loaded, useLoad } from '../loading.tsx';
import { t } from '../words.ts';

/** The calls of a domain around a time, of everybody or of a caller. */
export function Calls({ domain }: { readonly domain: string }) {
  const caller = useSignal('');
  const load = useLoad(`zone of ${domain}`, async () => {
    const params = { path: { domain } };
    const { value } = await answered(api.GET('/domains/{domain}', { params }));
    return value.timezone ?? 'UTC';
  });
  return (
    <>
      <h1>{t('calls-of', { domain })}</h1>
      <label>
        {t('calls-caller')}{' '}
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={caller.value}
          onChange={(event) => {
            caller.value = event.currentTarget.value.trim();
          }}
        />
      </label>
      <Loaded load={load}>
        {(zone) => (
          <CallList
            {...{ domain, zone, caller: caller.value }}
            linkTo={(call) => foundLink([domain, 'people', call.called ?? '', 'call'], call)}
          />
        )}
      </Loaded>
    </>
  );
}
