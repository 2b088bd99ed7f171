import { answered, api, type Policy } from '../api.ts';
import { Loaded, useLoad } from '../loading.tsx';
import { CopyYaml } from '../rules/copy.tsx';
import { RuleList } from '../rules/list.tsx';
import { Switches } from '../switches.tsx';
import { daysText } from '../time.ts';
import { listed, t } from '../words.ts';

/** What holds for everybody of a domain, read as sentences; and its switches. */
export function PolicyPage({ domain }: { readonly domain: string }) {
  const load = useLoad(`policy ${domain}`, async () => {
    const params = { path: { domain } };
    return (await answered(api.GET('/domains/{domain}', { params }))).value;
  });
  return (
    <>
      <h1>{t('policy-of', { domain })}</h1>
      <Loaded load={load}>
        {(policy) => (
          <>
            {policy.switches && <Switches domain={domain} />}
            <Facts policy={policy} />
            <h2>{t('policy-first')}</h2>
            <RuleList rules={policy.first ?? []} none={t('policy-no-rules')} />
            <h2>{t('policy-finally')}</h2>
            <RuleList rules={policy.finally ?? []} none={t('policy-no-rules')} />
            {Object.entries(policy.templates ?? {}).map(([name, { rules }]) => (
              <section key={name}>
                <h2>{t('policy-template', { name })}</h2>
                <RuleList rules={rules} none={t('policy-no-rules')} />
              </section>
            ))}
            <p class="hint">{t('rules-code')}</p>
            <CopyYaml value={policy} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Facts({ policy }: { readonly policy: Policy }) {
  const { targets, timezone = 'UTC', ringSeconds = 20, maxDiversions = 5 } = policy;
  return (
    <ul>
      <li>{t('policy-zone', { zone: timezone })}</li>
      <li>{t('policy-ring', { seconds: ringSeconds })}</li>
      <li>{t('policy-diversions', { count: maxDiversions })}</li>
      <li>
        {targets?.allow
          ? t('policy-allow', { list: listed(targets.allow, 'conjunction') })
          : t('policy-allow-own')}
      </li>
      {targets?.deny && <li>{t('policy-deny', { list: listed(targets.deny, 'conjunction') })}</li>}
      {Object.entries(policy.groups ?? {}).map(([name, members]) => (
        <li key={`group ${name}`}>
          {t('policy-group', { name, list: listed(members, 'conjunction') })}
        </li>
      ))}
      {Object.entries(policy.schedules ?? {}).map(([name, windows]) => (
        <li key={`schedule ${name}`}>
          {t('policy-schedule', {
            name,
            list: listed([windows].flat().map(windowText), 'disjunction'),
          })}
        </li>
      ))}
      {Object.entries(policy.calendars ?? {}).map(([name, entries]) => (
        <li key={`calendar ${name}`}>
          {t('policy-calendar', {
            name,
            list: Array.isArray(entries)
              ? listed(entries, 'conjunction')
              : typeof entries === 'string'
                ? entries
                : JSON.stringify(entries),
          })}
        </li>
      ))}
    </ul>
  );
}

type Windows = NonNullable<Policy['schedules']>[string];
type Window = Windows extends infer W ? (W extends readonly (infer One)[] ? One : W) : never;

function windowText({ days, hours, on, except }: Window): string {
  const parts = [
    [days].flat().map(daysText).join(', '),
    [hours].flat().join(', '),
    on === undefined ? '' : t('window-on', { list: listed([on].flat(), 'disjunction') }),
    except === undefined
      ? ''
      : t('window-except', { list: listed([except].flat(), 'disjunction') }),
  ];
  return parts.filter((part) => part !== '').join(' ');
}
