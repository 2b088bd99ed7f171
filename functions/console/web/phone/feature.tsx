import { useSignal } from '@preact/signals';
import { plain } from '../fate.ts';
import { t } from '../words.ts';
import type { Saving } from './saving.ts';
import type { Feature, Setting } from './settings.ts';
import { UntilButtons, untilText } from './until.tsx';

const AFTER = { min: 5, max: 180 };

/** Where calls go for one reason: whether, until when; to switch on, off and to forget. */
export function FeatureForm(props: {
  readonly feature: Feature;
  readonly setting: Setting | undefined;
  readonly zone: string;
  readonly saving: Saving;
}) {
  const { feature, setting, zone, saving } = props;
  const to = useSignal(setting?.to ?? '');
  const after = useSignal(setting?.after === undefined ? '' : String(setting.after));
  const lacking = useSignal(false);
  const busy = saving.busy.value;
  const forward = (until: string | null): void => {
    lacking.value = to.value.trim() === '';
    if (lacking.value) return;
    void saving.save({
      [feature]: {
        to: to.value.trim(),
        active: true,
        until,
        ...(feature === 'no-answer' && after.value !== '' && { after: Number(after.value) }),
      },
    });
  };
  if (setting?.active) {
    return (
      <div class="feature on">
        <p>{t('forwarded', { to: plain(setting.to), until: untilText(setting.until, zone) })}</p>
        <button
          type="button"
          class="stop"
          disabled={busy}
          onClick={() => saving.save({ [feature]: { active: false, until: null } })}
        >
          {t('stop')}
        </button>
      </div>
    );
  }
  const error = `${feature}-error`;
  return (
    <form
      class="feature"
      onSubmit={(event) => {
        event.preventDefault();
        forward(null);
      }}
    >
      <label>
        {t('forward-to')}{' '}
        <input
          name={`${feature}-to`}
          type="text"
          autocomplete="off"
          spellcheck={false}
          maxLength={256}
          value={to.value}
          aria-invalid={lacking.value}
          aria-describedby={lacking.value ? error : undefined}
          onInput={(event) => {
            to.value = event.currentTarget.value;
          }}
        />
      </label>
      {lacking.value && (
        <p id={error} class="error" role="alert">
          {t('forward-to-missing')}
        </p>
      )}
      {feature === 'no-answer' && (
        <label>
          {t('after')}{' '}
          <input
            type="number"
            {...AFTER}
            value={after.value}
            onInput={(event) => {
              after.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <UntilButtons zone={zone} busy={busy} pick={forward} />
      {setting && (
        <button
          type="button"
          class="quiet"
          disabled={busy}
          onClick={() => saving.save({ [feature]: null })}
        >
          {t('forget', { to: plain(setting.to) })}
        </button>
      )}
    </form>
  );
}
