import { link, place } from './place.ts';
import { t } from './words.ts';

/** The pages of a domain. */
export function Nav({ domain }: { readonly domain: string }) {
  const kind = place.value.path[1];
  const current = (is: boolean) => (is ? ('page' as const) : undefined);
  return (
    <nav aria-label={domain}>
      <ul>
        <li>
          <a href={link([domain])} aria-current={current(kind === undefined)}>
            {t('find')}
          </a>
        </li>
        <li>
          <a href={link([domain, 'calls'])} aria-current={current(kind === 'calls')}>
            {t('calls')}
          </a>
        </li>
        <li>
          <a href={link([domain, 'policy'])} aria-current={current(kind === 'policy')}>
            {t('policy')}
          </a>
        </li>
      </ul>
    </nav>
  );
}
