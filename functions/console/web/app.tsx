import { useSignalEffect } from '@preact/signals';
import { answered, api } from './api.ts';
import { Frame } from './frame.tsx';
import { Loaded, useLoad } from './loading.tsx';
import { Page } from './page.tsx';
import { session, signIn } from './session.ts';
import { language, t } from './words.ts';

/** What is there before and after somebody is signed in. */
export function App() {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.title = t('title');
  });
  const now = session.value;
  if (now.state === 'in' || now.state === 'expired') return <SignedIn />;
  return (
    <Frame>
      <h1>{t('title')}</h1>
      {now.state === 'starting' ? (
        <p role="status" class="waiting">
          {t('waiting')}
        </p>
      ) : (
        <>
          {now.state === 'failed' && (
            <div class="failure" role="alert">
              <p>{t('sign-in-failed')}</p>
              <p class="detail" lang="en">
                {now.why}
              </p>
            </div>
          )}
          <p>{t('sign-in-text')}</p>
          <button type="button" class="main" onClick={signIn}>
            {t('sign-in')}
          </button>
        </>
      )}
    </Frame>
  );
}

function SignedIn() {
  const me = useLoad('me', async () => (await answered(api.GET('/me', {}))).value);
  return (
    <Frame me={me.now.value.value}>
      {session.value.state === 'expired' && (
        <div class="failure" role="alert">
          <p>{t('expired')}</p>
          <button type="button" class="main" onClick={signIn}>
            {t('sign-in-again')}
          </button>
        </div>
      )}
      <Loaded load={me}>{(value) => <Page me={value} />}</Loaded>
    </Frame>
  );
}
