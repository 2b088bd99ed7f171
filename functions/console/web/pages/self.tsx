import { answered, api } from '../api.ts';
import { foundLink } from '../call/link.ts';
import { CallList } from '../call/list.tsx';
import { getForecast } from '../forecast.ts';
import { Loaded, useLoad } from '../loading.tsx';
import { PhonePanel } from '../phone/panel.tsx';
import type { Who } from '../phone/settings.ts';
import { RuleList } from '../rules/list.tsx';
import { WeekStrip } from '../strip.tsx';
import { t } from '../words.ts';
import { Now } from './now.tsx';

/** A subscriber's own page. */
export function Self({ who }: { readonly who: Who }) {
  const whose = { user: who.user, self: true };
  const forecast = useLoad(`forecast ${who.user}`, () => getForecast(who));
  const record = useLoad(`subscriber ${who.user}`, async () => {
    const path = { domain: who.domain, user: who.user };
    return (await answered(api.GET('/domains/{domain}/subscribers/{user}', { params: { path } })))
      .value;
  });
  return (
    <>
      <h1>{t('self-title')}</h1>
      <Loaded load={forecast}>
        {(value) => (
          <>
            <Now forecast={value} whose={whose} />
            <PhonePanel who={who} zone={value.timezone} onSaved={forecast.again} />
            <section aria-labelledby="week">
              <h2 id="week">{t('week')}</h2>
              <WeekStrip forecast={value} whose={whose} />
            </section>
            <section aria-labelledby="calls">
              <h2 id="calls">{t('calls')}</h2>
              <CallList
                {...{ domain: who.domain, user: who.user, zone: value.timezone }}
                linkTo={(call) => foundLink(['call'], call)}
              />
            </section>
          </>
        )}
      </Loaded>
      <section aria-labelledby="rules">
        <h2 id="rules">{t('rules')}</h2>
        <Loaded load={record}>
          {({ rules = [], use }) => (
            <>
              <RuleList rules={rules} none={t('rules-none')} />
              {use && <p>{t('rules-template', { name: use })}</p>}
              <p class="hint">{t('rules-hint')}</p>
            </>
          )}
        </Loaded>
      </section>
    </>
  );
}
