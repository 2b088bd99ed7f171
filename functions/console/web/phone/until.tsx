import { useSignal } from '@preact/signals';
import { shownDay } from '../time.ts';
import { choices } from '../when.ts';
import { t } from '../words.ts';
import { clock, type Wall, wallAt, written } from '../zone.ts';

/** Buttons for the times until which something is to hold; null: until it is stopped. */
export function UntilButtons(props: {
  readonly zone: string;
  readonly busy: boolean;
  readonly pick: (until: string | null) => unknown;
}) {
  const { zone, busy, pick } = props;
  const other = useSignal(written({ ...wallAt(Date.now() + 7_200_000, zone) }));
  return (
    <div class="until">
      {choices(Date.now(), zone).map(({ name, wall }) => (
        <button type="button" key={name} disabled={busy} onClick={() => pick(written(wall))}>
          {t(`until-${name}`, { time: clock(wall.minutes) })}
        </button>
      ))}
      <button type="button" disabled={busy} onClick={() => pick(null)}>
        {t('until-stopped')}
      </button>
      <details>
        <summary>{t('until-other')}</summary>
        <label>
          {t('until-field', { zone })}{' '}
          <input
            type="datetime-local"
            value={other.value}
            onInput={(event) => {
              other.value = event.currentTarget.value;
            }}
          />
        </label>
        <button
          type="button"
          disabled={busy || other.value === ''}
          onClick={() => pick(other.value)}
        >
          {t('until-set')}
        </button>
      </details>
    </div>
  );
}

/** `until 17:00`, as a setting has it: local time of the subscriber. */
export function untilText(until: string | undefined, zone: string): string {
  if (until === undefined) return t('until-none');
  const [date = '', time = ''] = until.split('T');
  const today: Wall = wallAt(Date.now(), zone);
  const day = date === today.date ? '' : `${shownDay(date)}, `;
  return t('until-at', { time: `${day}${time.slice(0, 5)}` });
}
