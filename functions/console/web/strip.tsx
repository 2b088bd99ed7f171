import { useSignal } from '@preact/signals';
import type { Forecast, Segment, Trigger } from './api.ts';
import { sentence, type Whose } from './fate.ts';
import { shownDay, shownTime } from './time.ts';
import { t } from './words.ts';
import { byDay, clock } from './zone.ts';

const TRIGGERS: readonly Trigger[] = ['always', 'busy', 'no-answer', 'unreachable'];
const HOURS = [0, 6, 12, 18];
const ACTIONS: readonly Segment['action'][] = ['continue', 'redirect', 'reject'];

/** The coming week, a bar for each day; the same as a list, for whoever can't see it. */
export function WeekStrip({
  forecast,
  whose,
}: {
  readonly forecast: Forecast;
  readonly whose: Whose;
}) {
  const trigger = useSignal<Trigger>('always');
  const zone = forecast.timezone;
  const segments = forecast.items.filter((one) => one.trigger === trigger.value);
  const days = new Map<string, { segment: Segment; start: number; end: number }[]>();
  for (const segment of segments) {
    for (const { date, start, end } of byDay(
      Date.parse(segment.from),
      Date.parse(segment.to),
      zone,
    )) {
      days.set(date, [...(days.get(date) ?? []), { segment, start, end }]);
    }
  }
  return (
    <div class="week">
      <label>
        {t('week-trigger')}{' '}
        <select
          value={trigger.value}
          onChange={(event) => {
            trigger.value = event.currentTarget.value as Trigger;
          }}
        >
          {TRIGGERS.map((name) => (
            <option key={name} value={name}>
              {t(`trigger-${name}`)}
            </option>
          ))}
        </select>
      </label>
      <div aria-hidden="true">
        {[...days].slice(0, 8).map(([date, parts]) => (
          <div class="day" key={date}>
            <span>{shownDay(date)}</span>
            <svg viewBox="0 0 1440 40" preserveAspectRatio="none" aria-hidden="true">
              {parts.map(({ segment, start, end }) => (
                <rect
                  key={start}
                  class={`fate-${segment.action}`}
                  {...{ x: start, y: 0, width: Math.max(0, end - start), height: 40 }}
                />
              ))}
            </svg>
          </div>
        ))}
        <div class="day hours">
          <span />
          <div>
            {HOURS.map((hour) => (
              <span key={hour}>{clock(hour * 60)}</span>
            ))}
          </div>
        </div>
      </div>
      <p class="legend">
        {ACTIONS.filter((action) => segments.some((one) => one.action === action)).map((action) => (
          <span key={action}>
            <span class={`dot fate-${action}`} aria-hidden="true" />
            {t(`strip-${action}`)}
          </span>
        ))}
      </p>
      <details open={segments.length <= 6}>
        <summary>{t('week-list')}</summary>
        <ol>
          {segments.slice(0, 100).map((segment) => (
            <li key={segment.from}>
              <span class={`dot fate-${segment.action}`} aria-hidden="true" />
              {shownTime(Date.parse(segment.from), zone)}: {sentence({ segment }, whose, zone)}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
