import { answered, api, type Me } from '../api.ts';
import { foundLink } from '../call/link.ts';
import { CallList } from '../call/list.tsx';
import { getForecast } from '../forecast.ts';
import { History } from '../history/list.tsx';
import { Loaded, useLoad } from '../loading.tsx';
import { PhonePanel } from '../phone/panel.tsx';
import type { Who } from '../phone/settings.ts';
import { link } from '../place.ts';
import { CopyYaml } from '../rules/copy.tsx';
import { RuleList } from '../rules/list.tsx';
import { WeekStrip } from '../strip.tsx';
import { t } from '../words.ts';
import { Now } from './now.tsx';

/** A person, as the help desk sees them: what happens to their calls now and why, and what changed it. */
export function Person({ who, role }: { readonly who: Who; readonly role: Me['role'] }) {
  const { domain, user } = who;
  const whose = { user, self: false };
  const forecast = useLoad('forecast', () => getForecast(who));
  const record = useLoad('subscriber', async () => {
    const params = { path: { domain, user } };
    return (await answered(api.GET('/domains/{domain}/subscribers/{user}', { params }))).value;
  });
  const changed = (): void => {
    void forecast.again();
    void record.again();
  };
  return (
    <>
      <h1>{user}</h1>
      <Loaded load={record}>
        {({ aliases = [] }) => (
          <p class="hint">{[`sip:${user}@${domain}`, ...aliases].join(', ')}</p>
        )}
      </Loaded>
      <Loaded load={forecast}>
        {(value) => (
          <>
            <Now forecast={value} whose={whose} />
            <p>
              <a href={link([domain, 'people', user, 'call'])}>{t('try-call')}</a>
            </p>
            <section aria-labelledby="calls">
              <h2 id="calls">{t('calls')}</h2>
              <CallList
                {...{ domain, user, zone: value.timezone }}
                linkTo={(call) => foundLink([domain, 'people', user, 'call'], call)}
              />
            </section>
            <PhonePanel who={who} zone={value.timezone} onSaved={changed} />
            <section aria-labelledby="week">
              <h2 id="week">{t('week')}</h2>
              <WeekStrip forecast={value} whose={whose} />
            </section>
            <section aria-labelledby="rules">
              <h2 id="rules">{t('rules')}</h2>
              <Loaded load={record}>
                {(subscriber) => (
                  <>
                    <RuleList rules={subscriber.rules ?? []} none={t('rules-none')} />
                    {subscriber.use && <p>{t('rules-template', { name: subscriber.use })}</p>}
                    <p class="hint">
                      {subscriber.managedBy === 'subscriber' ? t('rules-own') : t('rules-code')}
                    </p>
                    <CopyYaml value={{ subscribers: { [user]: subscriber } }} />
                  </>
                )}
              </Loaded>
            </section>
            <History who={who} role={role} zone={value.timezone} onUndone={changed} />
          </>
        )}
      </Loaded>
    </>
  );
}
