import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { answered, api, type Schemas } from '../api.ts';
import { plain } from '../fate.ts';
import { Loaded, useLoad } from '../loading.tsx';
import { link, place, stay } from '../place.ts';
import { listed, t } from '../words.ts';

type Found = Schemas['SubscriberPage']['items'][number];

const PAGE = 25;
/** After the last key, so that not every letter is a question. */
const PAUSE_MS = 250;

/** Finds anybody of a domain by a part of their name or number, and who is forwarded now. */
export function Find({ domain }: { readonly domain: string }) {
  const { query } = place.value;
  const search = query.get('search') ?? '';
  const forwarded = query.get('forwarded') === 'true';
  const cursor = query.get('cursor') ?? undefined;
  const typed = useSignal(search);
  const go = (next: { search?: string; forwarded?: boolean }): void =>
    stay(
      link([domain], {
        search: next.search ?? search,
        forwarded: (next.forwarded ?? forwarded) ? 'true' : undefined,
      }),
    );
  useEffect(() => {
    if (typed.value === search) return undefined;
    const timer = setTimeout(() => go({ search: typed.value }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const load = useLoad(`${domain} ${search} ${forwarded} ${cursor}`, async () => {
    const asked = {
      limit: PAGE,
      ...(search && { search }),
      ...(forwarded && { forwarded }),
      ...(cursor && { cursor }),
    };
    const params = { path: { domain }, query: asked };
    return (await answered(api.GET('/domains/{domain}/subscribers', { params }))).value;
  });
  return (
    <>
      <h1>{domain}</h1>
      <search>
        <label>
          {t('find-label')}{' '}
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>{' '}
        <label>
          <input
            type="checkbox"
            checked={forwarded}
            onChange={(event) => go({ forwarded: event.currentTarget.checked })}
          />{' '}
          {t('find-forwarded')}
        </label>
      </search>
      <Loaded load={load}>
        {({ items, next }) => (
          <>
            <p role="status">{t('found', { count: items.length, more: next ? 'yes' : 'no' })}</p>
            <ul class="people">
              {items.map((found) => (
                <Row key={found.user} domain={domain} found={found} />
              ))}
            </ul>
            {next && (
              <a
                href={link([domain], { search, forwarded: forwarded ? 'true' : '', cursor: next })}
              >
                {t('more')}
              </a>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Row({ domain, found }: { readonly domain: string; readonly found: Found }) {
  const { user, subscriber, forwarded } = found;
  const targets = forwarded?.targets ?? [];
  return (
    <li>
      <a href={link([domain, 'people', user])}>{user}</a> {(subscriber.aliases ?? []).join(', ')}
      {targets.length > 0 && (
        <span class="tag">{t('find-goes', { to: listed(targets.map(plain), 'disjunction') })}</span>
      )}
      {forwarded && targets.length === 0 && (
        <span class="tag">
          {t('find-set', {
            what: listed(
              forwarded.phone.map((name) => t(`set-${name}`)),
              'conjunction',
            ),
          })}
        </span>
      )}
    </li>
  );
}
