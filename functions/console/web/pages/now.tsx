import type { Forecast, Trigger } from '../api.ts';
import { fateAt, sentence, type Whose } from '../fate.ts';
import { t } from '../words.ts';

const LATER: readonly Trigger[] = ['busy', 'no-answer', 'unreachable'];

/** What happens to a call now, in one sentence; and what, when it is not taken. */
export function Now({ forecast, whose }: { readonly forecast: Forecast; readonly whose: Whose }) {
  const now = Date.now();
  const zone = forecast.timezone;
  const fate = fateAt(forecast, 'always', now);
  if (!fate) return <p>{t('fate-unknown')}</p>;
  return (
    <div class={`now fate-${fate.segment.action}`}>
      <p class="headline" aria-live="polite">
        {sentence(fate, whose, zone)}
      </p>
      {fate.segment.rule && <p class="because">{t('because', { rule: fate.segment.rule })}</p>}
      {fate.segment.action === 'continue' && (
        <ul>
          {LATER.map((trigger) => {
            const later = fateAt(forecast, trigger, now);
            return (
              later && (
                <li key={trigger}>
                  {t(`if-${trigger}`, { self: whose.self ? 'yes' : 'no' })}{' '}
                  {sentence(later, whose, zone)}
                </li>
              )
            );
          })}
        </ul>
      )}
    </div>
  );
}
