import { useSignal } from '@preact/signals';
import { answered, api, Refusal } from './api.ts';
import { Failure, Loaded, useLoad } from './loading.tsx';
import { t } from './words.ts';

/** The switches of a domain, to see and to set. */
export function Switches({ domain }: { readonly domain: string }) {
  const busy = useSignal(false);
  const failed = useSignal<Refusal | undefined>(undefined);
  const load = useLoad(`switches ${domain}`, async () => {
    const params = { path: { domain } };
    return (await answered(api.GET('/domains/{domain}/switches', { params }))).value;
  });
  const set = async (name: string, on: boolean): Promise<void> => {
    busy.value = true;
    failed.value = undefined;
    try {
      const params = { path: { domain, switch: name } };
      await answered(api.PUT('/domains/{domain}/switches/{switch}', { params, body: { on } }));
    } catch (error) {
      failed.value = error instanceof Refusal ? error : new Refusal(undefined, String(error));
    } finally {
      await load.again();
      busy.value = false;
    }
  };
  return (
    <section aria-labelledby="switches">
      <h2 id="switches">{t('switches')}</h2>
      {failed.value && <Failure failed={failed.value} />}
      <Loaded load={load}>
        {({ items }) => (
          <ul class="people">
            {items.map(({ name, on }) => (
              <li key={name}>
                <button
                  type="button"
                  role="switch"
                  aria-checked={on}
                  disabled={busy.value}
                  onClick={() => set(name, !on)}
                >
                  {name}: {t(on ? 'switch-on' : 'switch-off')}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
