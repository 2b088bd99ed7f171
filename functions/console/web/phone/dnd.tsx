import type { PhoneSettings } from '../api.ts';
import { t } from '../words.ts';
import type { Saving } from './saving.ts';
import { UntilButtons, untilText } from './until.tsx';

/** Do not disturb: calls are answered as if the phone were busy. */
export function DoNotDisturb(props: {
  readonly dnd: PhoneSettings['dnd'];
  readonly zone: string;
  readonly saving: Saving;
}) {
  const { dnd, zone, saving } = props;
  const busy = saving.busy.value;
  const set = (active: boolean, until: string | null) => saving.save({ dnd: { active, until } });
  return (
    <fieldset>
      <legend>{t('dnd')}</legend>
      {dnd?.active ? (
        <div class="feature on">
          <p>{t('dnd-on', { until: untilText(dnd.until, zone) })}</p>
          <button type="button" class="stop" disabled={busy} onClick={() => set(false, null)}>
            {t('dnd-stop')}
          </button>
        </div>
      ) : (
        <UntilButtons zone={zone} busy={busy} pick={(until) => set(true, until)} />
      )}
    </fieldset>
  );
}
