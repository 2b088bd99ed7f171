import { Failure, Loaded, useLoad } from '../loading.tsx';
import { t } from '../words.ts';
import { DoNotDisturb } from './dnd.tsx';
import { FeatureForm } from './feature.tsx';
import { useSaving } from './saving.ts';
import { FEATURES, getPhone, settingOf, type Who } from './settings.ts';

/** A person's phone settings, to see and to change. */
export function PhonePanel(props: {
  readonly who: Who;
  readonly zone: string;
  /** After each change: what calls come to is another thing now. */
  readonly onSaved: () => unknown;
}) {
  const { who, zone } = props;
  const load = useLoad(`phone ${who.user}@${who.domain}`, () => getPhone(who));
  const saving = useSaving(who, load, props.onSaved);
  return (
    <section aria-labelledby="phone">
      <h2 id="phone">{t('phone')}</h2>
      {saving.failed.value && <Failure failed={saving.failed.value} again={saving.again} />}
      <p role="status" class="saved">
        {saving.busy.value ? t('saving') : saving.saved.value ? t('saved') : ''}
      </p>
      <Loaded load={load}>
        {({ value: settings, etag }) => (
          <>
            <fieldset>
              <legend>{t('feature-always')}</legend>
              <FeatureForm
                key={etag}
                feature="always"
                setting={settingOf(settings, 'always')}
                {...{ zone, saving }}
              />
            </fieldset>
            <DoNotDisturb dnd={settings.dnd} {...{ zone, saving }} />
            {FEATURES.slice(1).map((feature) => (
              <details key={feature} open={settingOf(settings, feature)?.active}>
                <summary>{t(`feature-${feature}`)}</summary>
                <FeatureForm
                  key={etag}
                  feature={feature}
                  setting={settingOf(settings, feature)}
                  {...{ zone, saving }}
                />
              </details>
            ))}
          </>
        )}
      </Loaded>
    </section>
  );
}
