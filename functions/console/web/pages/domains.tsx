import { useEffect } from 'preact/hooks';
import { answered, api, type Me } from '../api.ts';
import { Loaded, useLoad } from '../loading.tsx';
import { link } from '../place.ts';
import { t } from '../words.ts';

/** The domains that somebody may see; whoever has one only is there at once. */
export function Domains({ me }: { readonly me: Me }) {
  const [only, ...others] = me.domains ?? [];
  const single = only !== undefined && only !== '*' && others.length === 0 ? only : undefined;
  useEffect(() => {
    if (single !== undefined) location.replace(link([single]));
  }, [single]);
  const load = useLoad('domains', async () => (await answered(api.GET('/domains', {}))).value);
  return (
    <>
      <h1>{t('domains')}</h1>
      <Loaded load={load}>
        {({ items }) => (
          <ul>
            {items.map(({ domain }) => (
              <li key={domain}>
                <a href={link([domain])}>{domain}</a>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
