import type { ComponentChildren } from 'preact';
import type { Me } from './api.ts';
import { link } from './place.ts';
import { signOut } from './session.ts';
import { LANGUAGES, type Language, language, t } from './words.ts';

/** What stands around every page. */
export function Frame(props: {
  readonly me?: Me | undefined;
  readonly children: ComponentChildren;
}) {
  const { me } = props;
  return (
    <>
      <button type="button" class="skip" onClick={toMain}>
        {t('skip')}
      </button>
      <header>
        <a class="brand" href={link([])}>
          Divert
        </a>
        <label class="language">
          <span class="hidden">{t('language')}</span>
          <select
            value={language.value}
            onChange={(event) => {
              language.value = event.currentTarget.value as Language;
            }}
          >
            {Object.entries(LANGUAGES).map(([tag, name]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {me && (
          <>
            <span class="who">{me.who}</span>
            <button type="button" class="quiet" onClick={signOut}>
              {t('sign-out')}
            </button>
          </>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}

/** Past what is on every page. */
function toMain(): void {
  document.querySelector<HTMLElement>('main')?.focus();
}
