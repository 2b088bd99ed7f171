import { answered, api } from './api.ts';
import { useChange } from './change.ts';
import { Failure, Loaded, useLoad } from './loading.tsx';
import { t } from './words.ts';

/** The switches of a domain, to see and to set. */
export function Switches({ domain }: { readonly domain: string }) {
  const load = useLoad(`switches ${domain}`, async () => {
    const params = { path: { domain } };
    return (await answered(api.GET('/domains/{domain}/switches', { params }))).value;
  });
  const { busy, failed, make } = useChange(load.again);
  const set = (name: string, on: boolean) =>
    make(() => {
      const params = { path: { domain, switch: name } };
      return answered(api.PUT('/domains/{domain}/switches/{switch}', { params, body: { on } }));
    });
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
