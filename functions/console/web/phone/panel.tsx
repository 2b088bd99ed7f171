import { useEffect, useRef } from 'preact/hooks';
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
  const heading = useRef<HTMLHeadingElement>(null);
  const saved = saving.saved.value;
  useEffect(() => {
    // The button that was pressed is another one now: whoever has no pointer goes on from here.
    if (saved && document.activeElement === document.body) heading.current?.focus();
  }, [saved]);
  return (
    <section aria-labelledby="phone">
      <h2 id="phone" tabIndex={-1} ref={heading}>
        {t('phone')}
      </h2>
      {saving.failed.value && <Failure failed={saving.failed.value} again={saving.again} />}
      <p role="status" class="saved">
        {saving.busy.value ? t('saving') : saved ? t('saved') : ''}
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
