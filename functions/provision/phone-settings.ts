import { PHONE_FEATURES, type PhoneSettings } from '../rules/phone-settings.ts';
import { shownTarget } from '../rules/target.ts';
import type { SubscriberRecord } from '../store/subscribers.ts';

/** A subscriber's phone settings. Records from before they could be off hold only what they compile to. */
export function phoneSettingsOf(
  { phone, compiled }: Pick<SubscriberRecord, 'phone' | 'compiled'>,
  domain: string,
): PhoneSettings {
  if (phone !== undefined) return phone as PhoneSettings;
  return Object.fromEntries(
    PHONE_FEATURES.flatMap((feature) => {
      const rule = compiled.phone.find(({ name }) => name === `phone-${feature}`);
      const target = rule && 'forward' in rule ? rule.forward[0] : undefined;
      return target && !('self' in target)
        ? [[feature, { to: shownTarget(target, domain), active: true }]]
        : [];
    }),
  );
}

/** Each setting in words: `always to +491771234567`, `busy to ann, off`. */
export function settingNotes({ dnd, ...settings }: PhoneSettings): string[] {
  const notes = PHONE_FEATURES.flatMap((feature) => {
    const setting = settings[feature];
    return setting ? [`${feature} to ${setting.to}${stateNote(setting)}`] : [];
  });
  return dnd ? [...notes, `do not disturb${stateNote(dnd)}`] : notes;
}

const stateNote = ({ active, until }: { active: boolean; until?: string }): string =>
  active ? (until === undefined ? '' : ` until ${until}`) : ' (off)';
