import { answered, api, type Me, type PhoneSettings, type Subscriber } from '../api.ts';
import { useChange } from '../change.ts';
import { Failure, Loaded, useLoad } from '../loading.tsx';
import { getPhone, type Who } from '../phone/settings.ts';
import { shownTime } from '../time.ts';
import { t } from '../words.ts';
import { differences } from './differences.ts';
import { undo } from './undo.ts';

/** A person at a version, as the history keeps it. */
interface Snapshot {
  readonly version: number;
  readonly subscriber?: Subscriber;
  readonly phone?: PhoneSettings;
}

const PAGE = 20;

/** Who changed a person, when and what; the newest first, each to be undone. */
export function History(props: {
  readonly who: Who;
  readonly role: Me['role'];
  readonly zone: string;
  readonly onUndone: () => unknown;
}) {
  const { who, role, zone } = props;
  const { domain, user } = who;
  const load = useLoad('history', async () => {
    const path = { domain, user };
    const [history, subscriber, phone] = await Promise.all([
      answered(
        api.GET('/domains/{domain}/subscribers/{user}/history', {
          params: { path, query: { limit: PAGE } },
        }),
      ),
      answered(api.GET('/domains/{domain}/subscribers/{user}', { params: { path } })),
      getPhone(who),
    ]);
    const now = { subscriber: subscriber.value, phone: phone.value };
    return { items: history.value.items, now, etag: phone.etag ?? '' };
  });
  const { busy, failed, make } = useChange((failed) => {
    if (!failed) props.onUndone();
    return load.again();
  });
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('history')}</h2>
      {failed.value && <Failure failed={failed.value} />}
      <Loaded load={load}>
        {({ items, now, etag }) => (
          <ol class="history">
            {items.map((entry, i) => {
              const before = entry.before as Snapshot | undefined;
              const after = (i === 0 ? now : items[i - 1]?.before) as Partial<Snapshot> | undefined;
              const forced = entry.from.startsWith('api forced');
              return (
                <li key={entry.version}>
                  <p>
                    <time dateTime={entry.at}>{shownTime(Date.parse(entry.at), zone)}</time>{' '}
                    {entry.who} <span class="hint">{entry.from}</span>
                    {forced && <span class="tag">{t('drift')}</span>}
                  </p>
                  <ul>
                    {before === undefined && <li>{t('history-made')}</li>}
                    {before !== undefined &&
                      differences(contents(before), contents(after)).map((one) => (
                        <li key={one.where}>
                          <b>{one.where}</b>: {one.before !== undefined && <del>{one.before}</del>}{' '}
                          {one.after !== undefined && <ins>{one.after}</ins>}
                        </li>
                      ))}
                  </ul>
                  {before !== undefined && (
                    <button
                      type="button"
                      disabled={busy.value}
                      onClick={() => make(() => undo(who, role, etag, before))}
                    >
                      {t(role === 'admin' ? 'undo' : 'undo-phone', { version: entry.version - 1 })}
                    </button>
                  )}
                </li>
              );
            })}
          </ol>
        )}
      </Loaded>
      {role === 'admin' && <p class="hint">{t('undo-hint')}</p>}
    </section>
  );
}

const contents = (snapshot: Partial<Snapshot> | undefined) => ({
  ...snapshot?.subscriber,
  phone: snapshot?.phone ?? {},
});
